"""Checks that Jekyll renders a rebuilt post as the site's own page showed it."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from crawler.archive.paths import POSTS
from crawler.items import Exchange
from crawler.scratch import scratch_folder
from crawler.sites.parsed import differences
from crawler.upkeep.verify.building import build_posts
from crawler.upkeep.verify.difference import difference
from crawler.upkeep.verify.finding import Finding
from crawler.warc.content_encoding import UnreadableCoding
from crawler.warc.reader import DamagedRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.archive.catalog.capture_rows import CaptureRows
    from crawler.archive.payloads import Payloads
    from crawler.sites.parsed import JekyllSite, Shown
    from crawler.sites.site import Site

_FOUND = 200
#: Posts that one process of Jekyll builds; its memory grows with them.
_BATCH = 4000
Entry = dict[str, Any]


@dataclass(frozen=True, slots=True)
class CapturedPages:
    """The captured pages of posts."""

    rows: CaptureRows
    payloads: Payloads

    def page(self, entry: Entry) -> bytes:
        """The body of the page from which a post was derived.

        :raises DamagedRecord: if its capture is missing or damaged.
        :raises UnreadableCoding: if its body cannot be decoded.
        """
        capture = entry["captures"][0]
        row = self.rows.at(capture["file"], capture["offset"])
        if row is None:
            raise DamagedRecord(f"the catalog knows no capture at byte {capture['offset']} of {capture['file']}")
        return self.payloads.exchange_or_fault(row).body


def render_findings(
    site: Site, archive: Path, entries: Iterable[Entry], captured: CapturedPages, *, diff: bool = False
) -> Iterator[Finding]:
    """A finding for each post that Jekyll does not render as its captured page shows it.

    Posts of fidelity ``partial`` are left out, since something is missing in them.

    :param diff: whether each finding has the first lines that differ.
    """
    wanted = (entry for entry in entries if entry["fidelity"] != "partial")
    while batch := list(islice(wanted, _BATCH)):
        with scratch_folder() as folder:
            source, built = folder / "source", folder / "site"
            _write(site.jekyll, archive, batch, source)
            faults = build_posts(source, built)
            for entry in batch:
                fault = faults.get(Path(entry["path"]).name)
                if fault is not None:
                    yield Finding(entry["path"], f"Jekyll cannot build it: {fault}", entry["id"])
                else:
                    yield from _compare(site, entry, built, captured, diff=diff)


def _write(about: JekyllSite, archive: Path, entries: list[Entry], source: Path) -> None:
    (source / POSTS).mkdir(parents=True)
    (source / "_layouts").mkdir()
    (source / "_config.yml").write_text(about.config, "utf-8")
    (source / "_layouts" / "post.html").write_text(about.layout, "utf-8")
    about.write_includes(source)
    for entry in entries:
        path = archive / entry["path"]
        if path.is_file():
            shutil.copyfile(path, source / POSTS / path.name)


def _compare(site: Site, entry: Entry, built: Path, captured: CapturedPages, *, diff: bool) -> Iterator[Finding]:
    page = _page(built, unquote(entry["url"].removeprefix(site.home)))
    if page is None:
        yield Finding(entry["path"], f"Jekyll does not publish it at {entry['url']}", entry["id"])
        return
    try:
        seen = site.shown(Exchange(entry["url"], _FOUND, captured.page(entry)))
        rendered = site.shown_by_jekyll(Exchange(entry["url"], _FOUND, page.read_bytes()))
    except (DamagedRecord, UnreadableCoding, ValueError) as error:
        yield Finding(entry["path"], f"its page cannot be compared: {error}", entry["id"])
        return
    different = differences(seen, rendered)
    if different:
        what = f"Jekyll renders another {' and '.join(different)} than the captured page"
        texts = [difference(name, _text(seen, name), _text(rendered, name)) for name in different if diff]
        yield Finding(entry["path"], what, entry["id"], diff="\n".join(texts))


def _text(shown: Shown, name: str) -> str:
    value = getattr(shown, name)
    return value if isinstance(value, str) else ", ".join(value)


def _page(built: Path, path: str) -> Path | None:
    """The file that a server would give for a path below the home page, ``None`` if there is none inside ``built``."""
    for name in (path, f"{path}/index.html", f"{path}.html"):
        page = built / name.lstrip("/")
        if page.is_file() and page.resolve().is_relative_to(built.resolve()):
            return page
    return None
