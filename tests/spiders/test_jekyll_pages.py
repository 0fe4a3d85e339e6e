"""A stranger's site, crawled by its address: which pages are asked for, and how often."""

from __future__ import annotations

import gzip
from typing import TYPE_CHECKING

import pytest

from tests.serving import TYPES, Reply
from tests.spiders.stranger import HOST, WORDS, Crawled, Stranger

if TYPE_CHECKING:
    from pathlib import Path

HTML = {"Content-Type": "text/html"}


def test_a_base_path_is_the_border(tmp_path: Path) -> None:
    with Stranger(base="/notes/") as site:
        site.put("/", "<html><a href='/other/'>x</a></html>")
        site.put("/other/", "<html></html>")
        site.put("/logo.png", b"PNG", "image/png")
        site.put(
            "/notes/links/",
            site.page("Links", "<a href='/other/'>o</a><a href='/notesx/'>n</a><a href='../../x'>x</a><img src='/logo.png'>"),
        )
        site.put("/notes/about/", site.page("About", "<a href='../links/'>l</a><a href='/notes'>home</a>"))
        notes = Crawled(tmp_path, site, name="blog.example-notes")
        done = notes.run("crawl", "jekyll", "-a", "url=https://blog.example/notes/index.html?x=1#y")
        assert done.returncode == 0, done.stderr
        assert len(notes.index) == 8
        outside = [one for one in notes.asked if not one.startswith("/notes/")]
        assert sorted(outside) == ["/logo.png 200", "/robots.txt 404", "/sitemap.xml 404"]


def test_spellings_of_one_page_are_brought_together(shore: Crawled) -> None:
    site = shore.site
    links = "<a href='/about'>a</a><a href='/about/index.html'>b</a><a href='/about/?utm_source=x'>c</a><a href='//blog.example:443/about/#d'>d</a>"
    site.put(
        "/old/", '<!DOCTYPE html><html><meta http-equiv="refresh" content="0; url=/away/"><title>Redirecting</title></html>'
    )
    site.put("/away/", site.page("Away", "<p>Moved.</p>"))
    site.put("/", site.page("Home", f"{site.pages['/'].body.decode()}{links}<a href='/old'>old</a>"))
    report = shore.crawl()
    assert [one for one in shore.asked if "/about" in one] == ["/about 301", "/about/ 200"] or [
        one for one in shore.asked if "/about" in one
    ] == ["/about/ 200", "/about 301"]
    assert "/away/ 200" in shore.asked
    assert report["losses"] == 0
    assert len(shore.index) == 8


def test_sitemaps_of_all_kinds(tmp_path: Path) -> None:
    start = b'<?xml version="1.0"?>'
    name = "http://www.sitemaps.org/schemas/sitemap/0.9"
    with Stranger(sitemap=False) as site:
        site.put(
            "/robots.txt",
            f"User-agent: *\nDisallow: /secret/\nSitemap: https://{HOST}/maps/all.xml\nsitemap: /maps/b.xml.gz",
            "text/plain",
        )
        index = f"<sitemapindex xmlns='{name}'><sitemap><loc>https://{HOST}/maps/a.xml</loc></sitemap><sitemap><loc>https://elsewhere.example/c.xml</loc></sitemap></sitemapindex>"
        site.put("/maps/all.xml", start + index.encode(), TYPES[".xml"])
        for path, page in (("a", "hidden"), ("b", "deep")):
            listed = (
                start
                + f"<urlset xmlns='{name}'><url><loc>https://{HOST}/{page}/</loc></url><url><loc>https://{HOST}/secret/{page}</loc></url></urlset>".encode()
            )
            site.put(
                f"/maps/{path}.xml" + (".gz" if path == "b" else ""),
                gzip.compress(listed) if path == "b" else listed,
                "application/gzip" if path == "b" else TYPES[".xml"],
            )
            site.put(f"/{page}/", site.page(page, f"<p>{page}</p>"))
        shore = Crawled(tmp_path, site)
        report = shore.crawl()
        assert {"/hidden/ 200", "/deep/ 200", "/maps/a.xml 200"} <= set(shore.asked)
        assert not any("secret" in one for one in shore.asked)
        assert report["warnings"] == [f"2 pages left alone as robots.txt says; the first: https://{HOST}/secret/deep"]
        shore.crawl()
        assert len(shore.asked) <= 4


class _Sitemaps(Stranger):
    """Every sitemap is an index of further ones, without an end."""

    wide = 2

    def answer(self, host: str, path: str) -> Reply:
        if "sitemap" not in path:
            return super().answer(host, path)
        listed = "".join(f"<sitemap><loc>https://{HOST}/{number}{path[1:]}</loc></sitemap>" for number in range(self.wide))
        return Reply(
            200, f"<?xml version='1.0'?><sitemapindex>{listed}</sitemapindex>".encode(), {"Content-Type": TYPES[".xml"]}
        )


@pytest.mark.parametrize(
    ("wide", "settings", "why"), [(2, {}, "indexes of indexes"), (200, {"EXPLORE_PAGES": "50"}, "more than a run takes")]
)
def test_sitemaps_that_never_end(tmp_path: Path, wide: int, settings: dict[str, str], why: str) -> None:
    with _Sitemaps() as site:
        site.wide = wide
        shore = Crawled(tmp_path, site)
        report = shore.crawl(code=1, **settings)
        assert any(why in one["reason"] for one in report["failures"])
        assert len(shore.asked) < 100
        assert len(shore.index) == 8


def test_what_pages_show_is_left_out_or_bounded(shore: Crawled) -> None:
    site = shore.site
    site.put(
        "/about/",
        site.page("About", "<img src=/pier.png><img src=//cdn.example/x.png><img src=/none.png><a href=/big.pdf>p</a>"),
    )
    site.put("/pier.png", b"x" * 5000, "image/png")
    site.put("/big.pdf", b"%PDF" + b"x" * 5000, "application/pdf")
    report = shore.crawl(code=1, ASSET_MAXSIZE="4000")
    assert {one["url"] for one in report["failures"]} == {f"https://{HOST}/big.pdf"}
    assert any("2 images, styles and scripts could not be had" in line for line in report["warnings"])
    assert any("cdn.example (1)" in line for line in report["warnings"])


def test_without_assets(shore: Crawled) -> None:
    shore.crawl("-a", "assets=0")
    assert not [one for one in shore.asked if ".png" in one or ".css" in one]
    assert len(shore.index) == 8


def test_a_site_that_is_not_jekylls_is_said_to_be(shore: Crawled) -> None:
    site = shore.site
    for path, page in site.pages.items():
        site.pages[path] = Reply(
            200, page.body.replace(b"Jekyll v4.3.1", b"Hugo 0.111").replace(b">Jekyll<", b">Hugo<"), page.headers
        )
    report = shore.crawl()
    assert any("not known to be a site of Jekyll: it says that Hugo" in line for line in report["warnings"])
    assert len(shore.index) == 8


def test_a_site_without_posts_is_captured(tmp_path: Path) -> None:
    with Stranger(0) as site:
        empty = Crawled(tmp_path, site)
        report = empty.crawl()
        assert any("no page was found to be a post's" in line for line in report["warnings"])
        empty.crawl()
        assert len(empty.asked) <= 4
        done = empty.run("verify", "shore")
        assert (done.returncode, "0 posts: everything holds" in done.stdout) == (0, True), done.stdout


@pytest.mark.parametrize(
    "target", ["https://evil.example/x", "//evil.example/", "http://blog.example:8/", "javascript:x", "https://[x"]
)
def test_a_redirect_leads_nowhere_else(shore: Crawled, target: str) -> None:
    site = shore.site
    site.pages["/about/"] = Reply(302, headers={"Location": target, "Content-Type": "text/html"})
    site.pages[site.path(1)] = Reply(301, headers={"Location": target, "Content-Type": "text/html"})
    shore.crawl()
    assert len(shore.index) == 7
    assert {one.host for one in site.log} == {HOST}


def test_a_home_page_on_another_host_is_named(shore: Crawled) -> None:
    target = "https://www.blog.example/"
    shore.site.pages["/"] = Reply(301, headers={"Location": target, "Content-Type": "text/html"})
    done = shore.run("crawl", "jekyll", "-a", f"url={shore.site.home}", "-a", "name=shore")
    assert done.returncode == 1, done.stderr
    assert f"crawl that address: -a url={target}" in done.stderr
    assert not shore.archive.exists(), "a site without a page is none"
    assert shore.run("status", "shore").returncode == 2
    with Stranger(host="www.blog.example") as real:  # what a person is told to type works
        again = Crawled(shore.root.parent, real)
        done = again.run("crawl", "jekyll", "-a", f"url={target}", "-a", "name=shore")
        assert done.returncode == 0, done.stderr
        assert len(again.index) == 8


def test_a_page_that_fails_is_asked_for_again(shore: Crawled) -> None:
    site = shore.site
    site.replies[HOST, "/about/"] = [Reply(500, b"x")]
    report = shore.crawl(code=1, RETRY_ENABLED="0")
    assert report["failures"][0]["reason"] == "HTTP 500"
    site.replies.clear()
    shore.crawl()
    assert "/about/ 200" in shore.asked
    shore.crawl()
    assert len(shore.asked) == 3


def test_nobody_is_asked_with_archive_only(shore: Crawled) -> None:
    shore.crawl()
    shore.crawl(ARCHIVE_ONLY="1")
    assert shore.asked == []


def test_a_person_may_edit_what_was_learned(shore: Crawled) -> None:
    shore.crawl()
    path = shore.archive / "site.toml"
    path.write_text(path.read_text("utf-8").replace('zone = "UTC"', 'zone = "Europe/Berlin"'), "utf-8")
    edited = path.read_bytes()
    assert shore.run("rebuild", "shore").returncode == 0
    shore.crawl("-a", "sweep=1")
    assert path.read_bytes() == edited
    path.write_text(path.read_text("utf-8").replace("Europe/Berlin", "Europe/Nowhere"), "utf-8")
    for words in (["status", "shore"], ["crawl", "shore"], ["rebuild", "shore"], ["list"]):
        done = shore.run(*words)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert "site.toml" in done.stderr
        assert "there is no time zone 'Europe/Nowhere'" in done.stderr


def test_a_new_layout_is_learned_and_old_posts_stay(shore: Crawled) -> None:
    site = shore.site
    shore.crawl()
    before = {url: entry["sha256"] for url, entry in shore.index.items()}
    for number in range(20, 26):
        site.posts[number] = f"<p>Another <em>layout</em> {number} of the {WORDS[number % 20]}.</p>"
    site.feed_size = 6
    site.build()
    for number in range(20, 26):
        path = site.path(number)
        page = (
            site.pages[path]
            .body.replace(b'<div class="post-content">', b'<section id="words"><div>')
            .replace(b"\n</div></article>", b"\n</div></section></article><hr>")
        )
        site.put(path, page)
    shore.crawl()
    assert len(shore.index) == 14
    assert {url: shore.index[url]["sha256"] for url in before} == before


def test_a_page_that_gives_no_post_is_left_to_sweeps(shore: Crawled) -> None:
    site = shore.site
    site.put(
        site.path(3),
        "<!DOCTYPE html><html><head><title>Other</title></head><body><p>A page of another frame.</p></body></html>",
    )
    shore.crawl(code=1)
    assert len(shore.index) == 7
    for _ in range(2):
        shore.crawl()
        assert len(shore.asked) == 3
    report = shore.crawl("-a", "sweep=1", code=1)
    assert f"{site.path(3)} 304" in shore.asked or f"{site.path(3)} 200" in shore.asked
    assert [one["url"] for one in report["rejections"]] == [f"https://{HOST}{site.path(3)}"]
