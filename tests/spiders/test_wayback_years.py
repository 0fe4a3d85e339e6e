"""A site out of a web archive that has it of several years, in two layouts: with posts that are gone, and others that were edited."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from crawler.crawl.wayback.cdx import CdxLine
from tests.crawl.wayback.web_archive import WebArchive
from tests.replica.crawl import FAST, run
from tests.serving import Reply
from tests.spiders.stranger import HOST, Stranger

if TYPE_CHECKING:
    from pathlib import Path

OLD, NEW = "20241231120000", "20250601120000"
GONE, EDITED, LATER = 7, 2, 9


class OldStranger(Stranger):
    """The site in its first layout."""

    def post_page(self, number: int) -> str:
        text = super().post_page(number)
        for new, old in (
            ("<article", "<section"),
            ("</article>", "</section>"),
            ("post-content", "old-text"),
            ("post-title", "big"),
        ):
            text = text.replace(new, old)
        return text.replace('class="post"', 'class="entry"')


class Years(WebArchive):
    """Lists and replays captures of several times."""

    def __init__(self, times: dict[str, dict[str, Reply]]) -> None:
        super().__init__([])
        self.times = times

    def lines(self, host: str) -> list[CdxLine]:
        return [
            CdxLine(stamp, f"https://{HOST}{path}", "200", f"D{hash(page.body)}")  # type: ignore[arg-type]
            for stamp, pages in self.times.items()
            for path, page in sorted(pages.items())
            if host == HOST
        ]

    def answer(self, host: str, path: str) -> Reply:
        stamp, _, url = path.removeprefix("/web/").partition("id_/")
        found = self.times.get(stamp, {}).get(urlsplit(url).path)
        if found is None:
            return super().answer(host, path)
        kind = found.headers["Content-Type"]
        when = format_datetime(datetime.strptime(stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC), usegmt=True)
        return Reply(200, found.body, {"Memento-Datetime": when, "Content-Type": kind, "X-Archive-Orig-Content-Type": kind})


def test_posts_of_all_years_and_layouts_come_back(tmp_path: Path) -> None:
    with OldStranger() as old, Stranger(posts=LATER) as new:
        new.posts[EDITED] = new.posts[EDITED].replace("</p>", " It was edited.</p>", 1)
        new.posts[LATER] = "<p>Of the later layout alone.</p>"
        del new.posts[GONE]
        new.build()
        del new.pages[new.path(GONE)]
        times = {OLD: dict(old.pages), NEW: dict(new.pages)}
        paths = {old.path(number) for number in old.posts} | {new.path(number) for number in new.posts}
        gone, edited = old.path(GONE), new.path(EDITED)
    with Years(times) as archive:
        origin = archive.origin("archive.example")
        settings = FAST | {"WAYBACK": f"{origin}/web/", "WAYBACK_CDX": f"{origin}/cdx", "ARCHIVE_ROOT": str(tmp_path)}
        words = ["crawl", "jekyll", "-a", f"url=https://{HOST}/", "-a", "name=shore", "-a", "via=wayback", "-a", "assets=0"]
        done = run(*words, settings=settings)
        assert done.returncode == 0, done.stderr
    folder, own = tmp_path / "shore", {"ARCHIVE_ROOT": str(tmp_path)}

    def index() -> dict[str, dict[str, object]]:
        lines = map(json.loads, (folder / "index.jsonl").read_text("utf-8").splitlines())
        return {line["url"].removeprefix(f"https://{HOST}"): line for line in lines}

    assert index().keys() == paths, done.stdout + done.stderr
    assert {one["fidelity"] for one in index().values()} == {"rendered"}
    assert index()[gone]["edition"] != index()[edited]["edition"]
    text = (folder / str(index()[edited]["path"])).read_text("utf-8")
    assert "It was edited." in text
    assert index()[edited]["version"] == 2
    for command in (("rebuild", "shore", "--diff"), ("verify", "shore")):
        done = run(*command, settings=own)
        assert done.returncode == 0, done.stdout + done.stderr


class Mixed(Years):
    """Lists captures of the old layout at ``http://www.``, and of the new one at ``https``."""

    def lines(self, host: str) -> list[CdxLine]:
        starts = {OLD: f"http://www.{HOST}:80", NEW: f"https://{HOST}"}
        return [
            line._replace(url=line.url.replace(f"https://{HOST}", starts[line.timestamp]))
            for line in super().lines(HOST)
            if urlsplit(starts[line.timestamp]).hostname == host
        ]


def test_captures_at_all_addresses_of_a_site_are_of_one_archive(tmp_path: Path) -> None:
    with Stranger() as old, Stranger() as new:
        new.posts[EDITED] = new.posts[EDITED].replace("</p>", " It was edited.</p>", 1)
        new.build()
        times, edited = {OLD: dict(old.pages), NEW: dict(new.pages)}, f"https://{HOST}{old.path(EDITED)}"
    with Mixed(times) as archive:
        origin = archive.origin("archive.example")
        settings = FAST | {"WAYBACK": f"{origin}/web/", "WAYBACK_CDX": f"{origin}/cdx", "ARCHIVE_ROOT": str(tmp_path)}
        for typed in (f"http://www.{HOST}/", f"https://{HOST}/"):
            words = ["crawl", "jekyll", "-a", f"url={typed}", "-a", "name=shore", "-a", "via=wayback", "-a", "assets=0"]
            done = run(*words, settings=settings)
            assert done.returncode == 0, done.stderr
            assert (len(archive.asked) > len(old.posts)) == ("www" in typed), "nothing is asked for again"
    entries = map(json.loads, (tmp_path / "shore" / "index.jsonl").read_text("utf-8").splitlines())
    versions = {entry["url"]: entry["version"] for entry in entries}
    assert versions == {f"https://{HOST}{old.path(one)}": 1 for one in old.posts} | {edited: 2}
    assert run("verify", "shore", settings={"ARCHIVE_ROOT": str(tmp_path)}).returncode == 0
