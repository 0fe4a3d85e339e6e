"""A stranger's site on a server that sets traps, in a web archive, and in the commands that show one page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.archive.lock import Lock
from tests.crawl.wayback.web_archive import Captured, WebArchive
from tests.replica.crawl import FAST, run
from tests.serving import Reply
from tests.spiders.stranger import HOST, Crawled, Stranger

if TYPE_CHECKING:
    from pathlib import Path

HTML = {"Content-Type": "text/html"}


class CatchAll(Stranger):
    """Answers every address: with the home page, or with a page that ``trap`` makes of it."""

    def trap(self, path: str) -> str | None:
        return None

    def answer(self, host: str, path: str) -> Reply:
        found = super().answer(host, path)
        if found.status != 404 or path.endswith((".txt", ".xml", ".json")):
            return found
        made = self.trap(path)
        return found if made is None else Reply(200, made.encode(), HTML)


class Relative(CatchAll):
    """The theme's pager links to the next page relatively, and the server gives the home page for whatever it does not have."""

    def build(self) -> None:
        super().build()
        home = self.pages["/"].body.decode()
        self.put("/", home.replace("</main>", '<a href="page2/">Older</a><a href="page3/">3</a></main>'))

    def trap(self, path: str) -> str | None:
        return self.pages["/"].body.decode()


class Growing(Relative):
    """And each page differs from all others."""

    def trap(self, path: str) -> str | None:
        return self.pages["/"].body.decode().replace("<title>Home", f"<title>{path}")


class Calendar(CatchAll):
    """A calendar that goes on for ever, in both directions."""

    def build(self) -> None:
        super().build()
        self.put("/about/", self.page("About", '<a href="/calendar/2024/5/">Calendar</a>'))

    def trap(self, path: str) -> str | None:
        parts = path.strip("/").split("/")
        if parts[0] != "calendar":
            return None
        months = int(parts[1]) * 12 + int(parts[2])
        links = "".join(f'<a href="/calendar/{(months + step) // 12}/{(months + step) % 12}/">x</a>' for step in (-1, 1, 12))
        return self.page(f"Calendar of {path}", links)


TRAPS = {
    "one body": (Relative, ""),
    "relative pager": (Growing, "EXPLORE_REPEATS=2"),
    "calendar": (Calendar, "EXPLORE_EMPTY=3"),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_ends_and_is_told(tmp_path: Path, name: str) -> None:
    kind, told = TRAPS[name]
    with kind() as site:
        shore = Crawled(tmp_path, site)
        report = shore.crawl(code=1 if told else 0)
        assert len(shore.asked) < 150
        assert [told in one["reason"] for one in report["failures"]] == ([True] if told else [])
        assert len(shore.index) == 8
        shore.crawl()
        assert len(shore.asked) <= 4


def test_a_limit_is_told_and_the_rest_comes_with_a_higher_one(tmp_path: Path) -> None:
    with Stranger(12) as site:
        shore = Crawled(tmp_path, site)
        report = shore.crawl(code=1, EXPLORE_PAGES="9")
        assert "the site has more pages than a run takes (EXPLORE_PAGES=9)" in report["failures"][0]["reason"]
        few = len(shore.index)
        assert 0 < few < 12
        shore.crawl("-a", "sweep=1")
        assert len(shore.index) == 12


def test_limit_and_since_hold_once_the_site_is_known(tmp_path: Path) -> None:
    with Stranger() as site:
        shore = Crawled(tmp_path, site)
        shore.crawl()
        for number in (20, 21, 22):
            site.posts[number] = f"<p>The <em>newest</em> {number}.</p>"
        site.build()
        report = shore.crawl("-a", "limit=1", "-a", "sweep=0")
        assert (report["posts"]["new"], report["posts"]["over_limit"]) == (1, 2)
        first = {number for number in (20, 21, 22) if site.path(number) in shore.index}
        shore.crawl("-a", "since=2024-11", "-a", "sweep=0")
        assert {number for number in (20, 21, 22) if site.path(number) in shore.index} == first | {22}
        shore.crawl("-a", "sweep=0")
        assert len(shore.index) == 11


def test_a_web_archive_has_the_site(tmp_path: Path) -> None:
    with Stranger() as site:
        pages = {path: page for path, page in site.pages.items() if path != "/sitemap.xml"}
    captured = [
        Captured(f"http://www.{HOST}:80{path}", page.body, page.headers["Content-Type"]) for path, page in pages.items()
    ]
    with WebArchive([*captured, Captured(f"https://{HOST}/about/?share=1", b"x", "text/html")]) as archive:
        archive.cdx.rows = []
        origin = archive.origin("archive.example")
        settings = FAST | {"WAYBACK": f"{origin}/web/", "WAYBACK_CDX": f"{origin}/cdx", "ARCHIVE_ROOT": str(tmp_path)}
        words = ["crawl", "jekyll", "-a", f"url=https://{HOST}/", "-a", "name=shore", "-a", "via=wayback", "-a", "assets=0"]
        done = run(*words, settings=settings)
        assert done.returncode == 0, done.stderr
        asked = archive.asked
        assert not [one for one in asked if ".png" in one or ".css" in one]
        again = run("crawl", "shore", "-a", "via=wayback", "-a", "assets=0", settings=settings)
        assert again.returncode == 0, again.stderr
        assert archive.asked == []
    assert len((tmp_path / "shore" / "index.jsonl").read_text("utf-8").splitlines()) == 8
    for command in (("rebuild", "shore", "--diff"), ("verify", "shore")):
        done = run(*command, settings={"ARCHIVE_ROOT": str(tmp_path)})
        assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize(
    "words", [["parse", "--spider", "jekyll"], ["fetch", "--spider", "jekyll"], ["shell", "--spider", "jekyll", "-c", "1"]]
)
def test_one_page_of_no_site(tmp_path: Path, words: list[str]) -> None:
    done = run(*words, "https://blog.example/", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "jekyll is no site's spider" in done.stderr


def test_one_page_of_a_known_site(tmp_path: Path) -> None:
    with Stranger() as site:
        shore = Crawled(tmp_path, site)
        shore.crawl()
        before = sorted(path for path in shore.archive.rglob("*") if ".sqlite-" not in path.name)
        done = shore.run("parse", "--spider", "shore", site.home + site.path(3).lstrip("/"))
        assert done.returncode == 0, done.stderr
        assert "On rope 3" in done.stdout
        done = shore.run("parse", site.home)
        assert done.returncode == 0, done.stderr
        assert site.path(3) in done.stdout
        assert sorted(path for path in shore.archive.rglob("*") if ".sqlite-" not in path.name) == before


def test_an_archive_in_use_and_one_whose_catalog_is_damaged(tmp_path: Path) -> None:
    with Stranger() as site:
        shore = Crawled(tmp_path, site)
        shore.crawl()
        lock = Lock(shore.archive)
        lock.take()
        for words in (
            ["crawl", "shore"],
            ["crawl", "jekyll", "-a", f"url={site.home}", "-a", "name=shore"],
            ["rebuild", "shore"],
        ):
            done = shore.run(*words)
            assert (done.returncode, done.stderr.count("\n")) == (3, 1), done.stderr
        lock.release()
        (shore.archive / "catalog.sqlite").write_bytes(b"noise" * 5000)
        report = shore.crawl()
        assert any("catalog.sqlite was damaged" in line for line in report["mended"])
        assert len(shore.index) == 8
