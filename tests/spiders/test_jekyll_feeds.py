"""Feeds of a stranger's site, crawled: a JSON Feed alone, one that was minified, and feeds and sitemaps with faults."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.serving import TYPES
from tests.spiders.stranger import HOST, Crawled, Stranger

if TYPE_CHECKING:
    from pathlib import Path


class JsonStranger(Stranger):
    """A site whose feed is a JSON Feed, and whose pages show no day: it alone tells the days, and leads to the newest post."""

    def page(self, title: str, inside: str, head: str = "") -> str:
        return (
            super()
            .page(title, inside, head)
            .replace('type="application/atom+xml" rel="alternate"', 'rel="alternate" type="application/feed+json"')
            .replace("feed.xml", "feed.json")
        )

    def path(self, number: int) -> str:
        return f"{self.base}notes/{super().path(number).rstrip('/').rpartition('/')[2]}/"

    def post_page(self, number: int) -> str:
        text = super().post_page(number)
        start, end = text.index('<p class="post-meta">'), text.index("</p>") + 4
        return (text[:start] + text[end:]).replace("article:published_time", "x:y")

    def build(self) -> None:
        self.listed = {max(self.posts, key=self.time): False}
        super().build()
        del self.pages[f"{self.base}feed.xml"]
        items = [
            {
                "id": f"https://{self.host}{self.path(one)}",
                "url": f"https://{self.host}{self.path(one)}",
                "title": self.title(one),
                "date_published": self.time(one),
                "content_html": self.posts[one],
                "tags": ["tide", f"No. {one}"],
            }
            for one in sorted(self.posts, key=self.time, reverse=True)
        ]
        feed = {"version": "https://jsonfeed.org/version/1.1", "title": "Shore", "home_page_url": self.home, "items": items}
        self.put(f"{self.base}feed.json", json.dumps(feed), "application/feed+json")


def test_a_site_whose_one_feed_is_a_json_feed(tmp_path: Path) -> None:
    with JsonStranger(sitemap=False) as site:
        shore = Crawled(tmp_path, site)
        shore.crawl()
        assert len(shore.index) == len(site.posts)
        for number in site.posts:
            entry = shore.index[site.path(number)]
            assert (entry["title"], entry["tags"]) == (site.title(number), ["tide", f"No. {number}"])
            assert entry["date"].startswith(site.time(number)[:16].replace("T", " ")) or entry["date"].startswith(
                site.time(number)[:16]
            )
            assert "date.day" not in entry["assumed"]
        shore.crawl()
        assert len(shore.asked) <= 4
        site.posts[40] = "<p>The newest of all, told by the feed alone.</p>"
        site.time = lambda number: Stranger.time(site, number) if number != 40 else "2025-02-03T04:05:00+00:00"  # type: ignore[method-assign]
        site.build()
        shore.crawl()
        assert shore.index[site.path(40)]["date"].startswith("2025-02-03")


def test_a_feed_that_was_minified_tells_where_contents_stand_and_no_body(tmp_path: Path) -> None:
    """Its contents have ``>`` for ``/>``, and no white space between tags."""
    with Stranger() as site:
        for number in site.posts:
            site.posts[number] = (
                f'<p>Before the break<br />\nand behind it, {number}.</p>\n\n<hr />\n\n<p><img src="/pier.png" alt="A pier" /></p>'
            )
        site.build()
        feed = site.pages["/feed.xml"].body.decode()
        small = feed.replace(" /&gt;", "&gt;").replace("&gt;\n\n&lt;", "&gt;&lt;").replace("\n", " ")
        site.put("/feed.xml", small, TYPES[".xml"])
        assert small != feed
        shore = Crawled(tmp_path, site)
        shore.crawl()
        assert len(shore.index) == len(site.posts)
        assert {entry["fidelity"] for entry in shore.index.values()} == {"rendered"}
        entry = shore.index[site.path(3)]
        text = (shore.archive / entry["path"]).read_text("utf-8")
        assert "<article" not in text
        assert "post-meta" not in text
        if entry["path"].endswith(".md"):
            assert "![A pier](/pier.png)" in text


@pytest.mark.parametrize("known", [False, True], ids=["first run", "later run"])
def test_feeds_and_sitemaps_with_faults_are_told_by_crawl_status_and_report(tmp_path: Path, *, known: bool) -> None:
    with Stranger() as site:
        feed = site.pages["/feed.xml"].body
        site.put("/feed.xml", feed.replace(b"<title type", b"<br><title type", 1), TYPES[".xml"])
        shore = Crawled(tmp_path, site)
        report = shore.crawl()
        assert any(line.startswith("feed.xml is not well-formed XML") for line in report["warnings"])
        if known:
            report = shore.crawl()
            assert report["warnings"] == []
        told = shore.run("status", "shore").stdout
        assert told.count("feed.xml is not well-formed XML") == 1, told
        assert ("Learned: feed.xml" in told) == known
        assert "feed.xml is not well-formed XML" in json.loads(shore.run("status", "shore", "--json").stdout)["learned"][0]
        assert shore.run("report", "shore", "--all").returncode == 0
        assert "feed.xml is not well-formed XML" in (shore.archive / "report.html").read_text("utf-8")


@pytest.mark.parametrize(
    ("body", "kind", "is_told", "code"),
    [
        (b"<?xml version='1.0'?><urlset><url><loc>https://blog.example/deep/</loc></url>", TYPES[".xml"], True, 1),
        (b"<!-- made today -->\n<urlset><url><loc>https://blog.example/deep/</url></urlset>", "text/html", True, 0),
        (b"<?xml version='1.0'?><!DOCTYPE html><html><body><p>No such page<br></p></body></html>", TYPES[".xml"], False, 0),
        (b"<html><body>No such page", "text/html", False, 0),
        (b"Not here", "text/plain", False, 0),
    ],
)
def test_a_sitemap_on_trial_that_cannot_be_read_is_told_and_a_page_in_its_place_is_none(
    body: bytes, kind: str, code: int, tmp_path: Path, *, is_told: bool
) -> None:
    with Stranger(sitemap=False) as site:
        site.put("/sitemap.xml", body, kind)
        shore = Crawled(tmp_path, site)
        done = shore.run("crawl", "jekyll", "-a", f"url={site.home}", "-a", "name=shore")
        told = [one for one in shore.report["failures"] if one["url"] == f"https://{HOST}/sitemap.xml"]
        told += [one for one in shore.report["warnings"] if "sitemap.xml" in one]
        assert bool(told) == is_told, done.stderr
        assert done.returncode == code
        assert len(shore.index) == len(site.posts)


class BuiltElsewhere(Stranger):
    """Feed and sitemap have the host that the site was built for, and no page links to the oldest posts."""

    def build(self) -> None:
        self.listed = {0: False, 1: False}
        self.feed_size = len(self.posts) - 1
        super().build()
        for name in ("feed.xml", "sitemap.xml"):
            text = self.pages[f"{self.base}{name}"].body.decode()
            text = text.replace(self.home, "http://localhost:4000/").replace(f"https://{self.host}", "http://localhost:4000")
            text = text.replace("<content ", '<category term="salt"/><content ')
            self.put(f"{self.base}{name}", text, TYPES[".xml"])


def test_feed_and_sitemap_of_another_host_lead_to_posts_and_tell_of_them(tmp_path: Path) -> None:
    with BuiltElsewhere() as site:
        shore = Crawled(tmp_path, site)
        report = shore.crawl()
        assert len(shore.index) == len(site.posts)
        assert report["dead_links"] == []
        assert {host for visit in site.log if (host := visit.host)} == {HOST}
        tags = sorted(tuple(entry["tags"]) for entry in shore.index.values())
        assert tags == [(), *[("salt",)] * (len(site.posts) - 1)]
        site.posts[20] = site.posts[3]
        site.listed[20] = False
        site.build()
        shore.crawl()
        assert len(shore.index) == len(site.posts)
