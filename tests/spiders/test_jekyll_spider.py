"""A stranger's site, crawled by its address: what a first run finds, what later ones ask, and what a person is told."""

from __future__ import annotations

import gzip
import shutil
from typing import TYPE_CHECKING

import pytest

from crawler.upkeep.learning import is_edited
from tests.replica.crawl import _forks, settings_for
from tests.serving import TYPES, Reply
from tests.spiders.stranger import HOST, WORDS, Crawled, Stranger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HTML = {"Content-Type": "text/html"}


@pytest.fixture
def site() -> Iterator[Stranger]:
    with Stranger() as served:
        yield served


@pytest.fixture
def shore(site: Stranger, tmp_path: Path) -> Crawled:
    return Crawled(tmp_path, site)


def test_a_first_run_finds_everything_and_makes_the_posts(shore: Crawled) -> None:
    report = shore.crawl()
    assert (report["posts"]["new"], report["losses"], report["warnings"]) == (8, 0, [])
    assert set(shore.index) == {shore.site.path(number) for number in range(8)}
    assert {entry["title"] for entry in shore.index.values()} == {shore.site.title(number) for number in range(8)}
    assert all((shore.archive / entry["path"]).is_file() for entry in shore.index.values())
    assert len(shore.asked) == len(set(shore.asked))
    assert {"/main.css 200", "/pier.png 200", "/sand.png 200", "/about/ 200"} <= set(shore.asked)
    assert not is_edited((shore.archive / "site.toml").read_text("utf-8"))


def test_a_run_with_nothing_new_asks_four_conditional_requests_at_most(shore: Crawled) -> None:
    shore.crawl()
    report = shore.crawl()
    assert sorted(shore.asked) == ["/ 304", "/feed.xml 304", "/sitemap.xml 304"]
    assert all(one.conditional for one in shore.site.log)
    assert report["posts"] == report["posts"] | {"new": 0, "changed": 0, "gone": 0}


def test_a_site_that_knows_no_conditions_is_asked_no_more(shore: Crawled) -> None:
    shore.crawl()
    for path, page in shore.site.pages.items():
        shore.site.pages[path] = Reply(200, page.body, page.headers | {"ETag": '"new"', "Last-Modified": "x"})
    shore.crawl()
    assert sorted(shore.asked) == ["/ 200", "/feed.xml 200", "/sitemap.xml 200"]


@pytest.mark.parametrize("where", ["feed", "sitemap", "home"])
def test_a_new_post_is_found(shore: Crawled, where: str) -> None:
    site = shore.site
    shore.crawl()
    site.posts[10] = "<p>Quite <em>new</em>.</p>"
    site.listed[10] = where == "home"
    site.has_sitemap = where == "sitemap"
    site.feed_size = 5 if where == "feed" else 0
    old = {path: site.pages[path] for path in ("/feed.xml", "/sitemap.xml", "/")}
    site.build()
    kept = {"feed": "/feed.xml", "sitemap": "/sitemap.xml", "home": "/"}[where]
    site.pages |= {path: page for path, page in old.items() if path != kept}
    report = shore.crawl()
    assert report["posts"]["new"] == 1
    assert site.path(10) in shore.index
    assert f"{site.path(10)} 200" in shore.asked
    assert len(shore.asked) == 4
    shore.crawl()
    assert len(shore.asked) <= 4
    assert all(one.endswith("304") for one in shore.asked)


def test_an_edited_post_is_a_version(shore: Crawled) -> None:
    site = shore.site
    shore.crawl()
    newest, oldest = max(site.posts, key=site.time), min(site.posts, key=site.time)
    site.posts[newest] = "<p>Edited, and the <em>feed</em> says so.</p>"
    site.posts[oldest] = "<p>Edited, and the <em>sitemap</em> says so.</p>"
    site.lastmod[oldest] = "2099-01-01"
    site.build()
    report = shore.crawl()
    assert report["posts"]["changed"] == 2
    assert {shore.index[site.path(one)]["version"] for one in (newest, oldest)} == {2}
    assert len(shore.asked) == 5
    shore.crawl()
    assert len(shore.asked) == 3


def test_a_sweep_asks_for_everything_and_sees_what_is_gone(shore: Crawled) -> None:
    site = shore.site
    shore.crawl()
    silent, gone = 1, 2
    site.posts[silent] = "<p>Edited, and <em>nothing</em> says so.</p>"
    del site.posts[gone]
    pages = dict(site.pages)
    site.build()
    del site.pages[site.path(gone)]
    site.pages["/feed.xml"] = pages["/feed.xml"]
    assert shore.crawl()["posts"]["changed"] == 0
    report = shore.crawl("-a", "sweep=1")
    assert (report["posts"]["changed"], report["posts"]["gone"]) == (1, 1)
    assert shore.index[site.path(gone)]["status"] == "gone"
    asked = {one.path for one in site.log}
    assert {site.path(number) for number in (0, *range(3, 8))} <= asked
    assert all(one.conditional for one in site.log if one.path.startswith("/20"))
    assert not {one for one in shore.asked if one.endswith(".png 200")}


def test_a_killed_run_is_mended_by_the_next(tmp_path: Path, site: Stranger) -> None:
    whole = Crawled(tmp_path / "whole", site)
    whole.crawl()
    cut = Crawled(tmp_path / "cut", site)
    site.log.clear()
    site.hold_after(9)
    settings = settings_for(site.origins, cut.root, CONCURRENT_REQUESTS_PER_DOMAIN="1")
    words = ["crawl", *(f"-s{name}={value}" for name, value in settings.items()), "jekyll", "-a", f"url={site.home}"]
    done = _forks[-1].kept([*words, "-a", "name=shore"], 60, kill_after=4)
    assert done.returncode == -9, done.stderr
    before = {one.path for one in site.log[:8] if one.status == 200 and one.path.startswith("/20")}
    assert before
    assert not (cut.archive / "index.jsonl").exists()
    site.go_on()
    cut.crawl()
    assert not before & {one.path for one in site.log}
    drop = ("captures", "first_seen", "last_seen")
    told = [
        {url: {k: v for k, v in entry.items() if k not in drop} for url, entry in one.index.items()} for one in (whole, cut)
    ]
    assert told[0] == told[1]
    for entry in whole.index.values():
        assert (whole.archive / entry["path"]).read_bytes() == (cut.archive / entry["path"]).read_bytes()
    cut.crawl()
    cut.crawl()
    assert len(cut.asked) <= 4


def test_every_command_knows_the_name(shore: Crawled) -> None:
    shore.crawl()
    post = next(iter(shore.index.values()))["id"]
    assert shore.run("list").stdout.split() == ["finews", "jekyll", "shore"]
    for words in (
        ["status", "shore"],
        ["verify", "shore", "--jobs", "2"],
        ["rebuild", "shore", "--diff", "--jobs", "2"],
        ["rebuild", "shore"],
        ["catalog", "shore"],
        ["explain", "shore", post],
        ["changes", "shore"],
        ["report", "shore"],
        ["export", "shore", "--format", "csv", "--output", str(shore.root / "shore.csv"), "--jobs", "2"],
        ["export", "shore", "--format", "jekyll", "--output", str(shore.root / "blog")],
    ):
        done = shore.run(*words)
        assert done.returncode == 0, (words, done.stdout + done.stderr)
    done = shore.run("shell", "https://blog.example" + shore.site.path(3), "-c", "post.title")
    assert (done.returncode, done.stdout.strip()) == (0, "On rope 3")
    done = shore.run("fetch", "https://blog.example" + shore.site.path(3))
    assert "number 3" in done.stdout
    (shore.root / "shore.csv").unlink()
    shutil.rmtree(shore.root / "blog")
    done = shore.run("forget", "shore", post, "--reason", "asked")
    assert (done.returncode, done.stdout.count("a feed with its text")) == (1, 1), done.stdout + done.stderr
    shore.crawl("-a", "sweep=1")
    assert len(shore.index) == 7


@pytest.mark.parametrize("name", ["../shore", "/shore", ".shore", "shor", "-shore", "jekyll", "nul"])
def test_what_is_no_name_is_no_site(shore: Crawled, name: str) -> None:
    shore.crawl()
    for folder in (".shore", "jekyll", "nul"):
        (shore.root / folder).mkdir()
        (shore.root / folder / "site.toml").write_bytes((shore.archive / "site.toml").read_bytes())
    for words in (["status", name], ["rebuild", name]):
        done = shore.run(*words)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert "shore" not in shore.run("list").stdout.replace("\nshore\n", "")


def test_a_lost_catalog_and_posts_come_back(shore: Crawled) -> None:
    shore.crawl()
    before = {url: entry["sha256"] for url, entry in shore.index.items()}
    shutil.rmtree(shore.archive / "_posts")
    for name in ("index.jsonl", "catalog.sqlite"):
        (shore.archive / name).unlink()
    report = shore.crawl()
    assert any("posts that an unfinished run had captured were made" in line for line in report["mended"])
    assert {url: entry["sha256"] for url, entry in shore.index.items()} == before


def test_spellings_of_a_post_become_one_once_it_is_known_for_one(shore: Crawled) -> None:
    site = shore.site
    links = "".join(f'<a href="{site.path(number).rstrip("/")}">x</a>' for number in range(8))
    site.put("/about/", site.page("About", links))
    shore.crawl()
    assert [one for one in shore.asked if " 301" in one]
    for words in (["verify", "shore"], ["rebuild", "shore", "--diff"]):
        done = shore.run(*words)
        assert done.returncode == 0, (words, done.stdout + done.stderr)
    shore.crawl()
    assert len(shore.asked) == 3


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


@pytest.mark.parametrize("target", ["https://www.blog.example/", "http://blog.example/"])
def test_a_home_page_that_is_elsewhere_is_named(shore: Crawled, target: str) -> None:
    shore.site.pages["/"] = Reply(301, headers={"Location": target, "Content-Type": "text/html"})
    origins = shore.site.origins | {"http://blog.example": shore.site.origin(HOST)}
    if target.startswith("http:"):
        shore.site.replies[HOST, "/"] = [Reply(301, headers={"Location": target}), Reply(200, b"<html></html>", HTML)]
    import json

    report = shore.crawl(code=1, ORIGINS=json.dumps(origins))
    (failure,) = report["failures"]
    assert f"crawl that address: -a url={target}" in failure["reason"]
    assert shore.run("status", "shore").returncode == 1
    if target.startswith("https:"):  # what a person is told to type works
        with Stranger(host="www.blog.example") as real:
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
    site.put(site.path(3), site.page("Odd", "<p>A page of no layout.</p>"))
    shore.crawl(code=1)
    assert len(shore.index) == 7
    for _ in range(2):
        shore.crawl()
        assert len(shore.asked) == 3
    report = shore.crawl("-a", "sweep=1", code=1)
    assert f"{site.path(3)} 304" in shore.asked or f"{site.path(3)} 200" in shore.asked
    assert [one["url"] for one in report["rejections"]] == [f"https://{HOST}{site.path(3)}"]


ARGUMENTS = {
    "no address": ([], "name the home page of the site: -a url="),
    "no web": (["url=ftp://x/"], "is no address of a site"),
    "bad name": (["url=https://blog.example", "name=../x"], "a site cannot be called '../x'"),
    "hidden name": (["url=https://blog.example", "name=.x"], "a site cannot be called"),
    "kept name": (["url=https://blog.example", "name=jekyll"], "that name has a meaning of its own; take"),
    "long name": (["url=https://blog.example", f"name={'a' * 300}"], "up to 100 letters"),
    "taken name": (["url=https://blog.example", "name=finews"], "finews is the name of a declared site"),
    "limit": (["url=https://blog.example", "limit=5"], "limit= needs to know which pages are posts"),
    "since": (["url=https://blog.example", "since=2024"], "since"),
    "share pages": (["url=https://blog.example", "share_pages=1"], "there is no argument 'share_pages'"),
    "assets": (["url=https://blog.example", "assets=some"], "assets='some' is neither yes nor no"),
    "samples": (["url=https://blog.example", "samples=none.md"], "none.md"),
    "via": (["url=https://blog.example", "via=x"], "via='x' is not known"),
}


@pytest.mark.parametrize("what", ARGUMENTS)
def test_a_wrong_argument_is_told_in_one_line(shore: Crawled, what: str) -> None:
    given, told = ARGUMENTS[what]
    done = shore.run("crawl", "jekyll", *(word for one in given for word in ("-a", one)))
    assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
    assert told in done.stderr
    assert shore.asked == []
    assert not shore.root.exists()


def test_a_sample_may_be_named_again(shore: Crawled, tmp_path: Path) -> None:
    sample = tmp_path / "2024-04-04-rope-3.md"
    sample.write_text("---\ntitle: On rope 3\nlayout: post\n---\nThe *boat* and the sand.\n", "utf-8")
    shore.crawl("-a", f"samples={sample}")
    assert sample.name in (shore.archive / "site.toml").read_text("utf-8")
    shore.crawl("-a", f"samples={sample}")
    assert len(shore.asked) == 3


def test_arguments_of_a_site_that_is_known(shore: Crawled, tmp_path: Path) -> None:
    shore.crawl()
    sample = tmp_path / "2024-04-04-rope-3.md"
    sample.write_text("---\ntitle: On rope 3\n---\nText\n", "utf-8")
    for given, told in (
        (["url=https://other.example/"], "the archive shore is of https://blog.example/"),
        (["name=other"], "this site is called shore"),
        (["samples=x.md"], "the sample x.md cannot be read"),
        ([f"samples={sample}"], "samples= is for a site that is not learned yet"),
    ):
        done = shore.run("crawl", "shore", *(word for one in given for word in ("-a", one)))
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert told in done.stderr
    done = shore.run("crawl", "jekyll", "-a", "url=https://other.example/", "-a", "name=shore")
    assert "choose another name" in done.stderr
    done = shore.run("crawl", "finews", "-a", "url=https://other.example/")
    assert "there is no argument 'url'" in done.stderr
