"""A web archive on loopback, whose answers a test bends."""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

from crawler.archive.catalog.catalog import Catalog
from crawler.archive.payloads import Payloads
from crawler.crawl.wayback.cdx import CdxLine
from crawler.crawl.wayback.cdx_list import Refused
from crawler.sites.declared import load
from crawler.sites.finews import facts
from tests.crawl.wayback.cdx_server import CdxServer
from tests.replica.crawl import FAST, run
from tests.serving import HostServer, Reply

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable
    from pathlib import Path

#: So many post pages are captured.
PAGES = 20
STAMP, DATE = "20220303120000", "Thu, 03 Mar 2022 12:00:00 GMT"
#: The files of an archive that is asked for its captures.
_HOST = "archive.example"


@dataclass
class Captured:
    """A page or answer of the site, and how the web archive replays it."""

    url: str
    body: bytes
    kind: str
    stamp: str = STAMP
    status: str = "200"
    digest: str = ""
    #: Replaces the usual answer to a request for it; gets the time stamp that is asked for.
    replay: Callable[[str], Reply] | None = None

    def reply(self, stamp: str = "", body: bytes | None = None, **headers: str) -> Reply:
        """The usual answer, with some headers more, or without those that are empty."""
        usual = {"Memento-Datetime": DATE, "Content-Type": self.kind, "X-Archive-Orig-Content-Type": self.kind}
        given = usual | {name.replace("_", "-"): value for name, value in headers.items()}
        return Reply(200, self.body if body is None else body, {name: value for name, value in given.items() if value != "-"})


@dataclass
class _Answers:
    cdx: CdxServer
    captured: dict[str, Captured] = field(default_factory=dict)


class WebArchive(HostServer):
    """Lists and replays captures; ``with WebArchive(…) as archive: archive.crawl(folder)``."""

    def __init__(self, captured: list[Captured]) -> None:
        super().__init__((_HOST,))
        self.captured = {one.url: one for one in captured}
        self.cdx = CdxServer([], is_array=True)
        #: Replaces the answers to requests for lists.
        self.listing: Callable[[dict[str, str]], Reply] | None = None

    @property
    def pages(self) -> list[Captured]:
        """What is captured of the site's pages, and not of its answers."""
        return [one for one in self.captured.values() if "html" in one.kind]

    @property
    def asked(self) -> list[str]:
        """The captures that were asked for, in their order; they are forgotten then."""
        asked = [one.path for one in self.log if one.path.startswith("/web/")]
        self.log.clear()
        return asked

    def lines(self, host: str) -> list[CdxLine]:
        """The rows for a host."""
        return [
            CdxLine(one.stamp, one.url, one.status, one.digest or f"D{hash(one.body)}")  # type: ignore[arg-type]
            for one in self.captured.values()
            if urlsplit(one.url).hostname == host
        ]

    def answer(self, host: str, path: str) -> Reply:
        """A list, or a capture."""
        parts = urlsplit(path)
        if parts.path == "/cdx":
            query = dict(parse_qsl(parts.query))
            if self.listing:
                return self.listing(query)
            self.cdx.rows = self.lines(query["url"])
            try:
                return Reply(200, asyncio.run(self.cdx.ask(query)), {"Content-Type": "text/plain"})
            except Refused as refused:
                return Reply(refused.status, refused.body or b"not understood", {"Content-Type": "text/plain"})
        stamp, _, url = path.removeprefix("/web/").partition("id_/")
        found = self.captured.get(url)
        if found is None or not path.startswith("/web/"):
            return Reply(404, b"not archived", {"Content-Type": "text/html"})
        return found.replay(stamp) if found.replay else found.reply()

    def crawl(self, root: Path, *arguments: str, **more: str) -> subprocess.CompletedProcess[str]:
        """Crawl finews out of it."""
        origin = self.origin(_HOST)
        settings = FAST | {"WAYBACK": f"{origin}/web/", "WAYBACK_CDX": f"{origin}/cdx", "ARCHIVE_ROOT": str(root)} | more
        return run("crawl", "finews", "-a", "via=wayback", *arguments, settings=settings)


def post_pages(archive: Path, number: int) -> list[Captured]:
    """So many post pages that an archive has, the first ones by their addresses, each followed by its share answer."""
    catalog = Catalog(archive / "catalog.sqlite", read_only=True)
    payloads = Payloads(lambda name: archive / "captures" / name, catalog.capture)
    found: list[Captured] = []
    site = load("finews")
    for line in sorted(json.loads(text)["id"] for text in (archive / "index.jsonl").read_text("utf-8").split("\n") if text):
        entry = json.loads(catalog.post_line(line) or "{}")
        rows = [catalog.latest(entry["url"], found=True), *map(catalog.latest, facts.answer_urls(line, None)[:1])]
        if entry["body_from"] != "share" or entry["notes"] or None in rows or len(found) >= 2 * number:
            continue
        page, answer = (payloads.exchange(row) for row in rows if row)
        if page is not None and answer is not None and site.has_text(answer):
            found.append(Captured(page.url, page.body, "text/html; charset=utf-8"))
            found.append(Captured(answer.url, answer.body, "application/json; charset=utf-8"))
    payloads.close()
    catalog.close()
    assert len(found) == 2 * number
    return found
