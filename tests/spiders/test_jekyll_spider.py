"""A stranger's site, crawled by its address: what a first run finds, what later ones ask, and what a person is told."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from crawler.items import UNTOLD
from crawler.upkeep.learning import is_edited
from tests.replica.crawl import _forks, settings_for
from tests.replica.forks import Forks
from tests.serving import Reply
from tests.spiders.stranger import Crawled, Stranger

if TYPE_CHECKING:
    from pathlib import Path

HTML = {"Content-Type": "text/html"}


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
    post = shore.index[shore.site.path(7)]["id"]  # the newest, which the feed has
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
    stays = [line for line in done.stdout.splitlines() if line.startswith("  ")]
    assert stays[-1].endswith("; --listings takes it out, and then scrapy rebuild shore makes the other posts again")
    assert done.stderr == "1 place named above still has something of it\n"
    again = shore.run("forget", "shore", post, "--reason", "asked")
    assert (again.returncode, again.stderr) == (1, done.stderr)
    assert [line for line in again.stdout.splitlines() if line.startswith("  ")] == stays
    out = shore.run("forget", "shore", post, "--reason", "asked", "--listings")
    assert (out.returncode, out.stderr, out.stdout.count("\n")) == (0, "", 1), out.stdout
    assert shore.run("forget", "shore", post, "--reason", "asked").returncode == 0
    assert shore.run("rebuild", "shore").returncode == 0
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


@pytest.mark.parametrize("gone", ["/", "all"])
def test_a_site_without_a_home_page_is_swept_once_in_the_interval(shore: Crawled, gone: str) -> None:
    shore.crawl()
    for path in list(shore.site.pages):
        if gone in (path, "all"):
            shore.site.pages[path] = Reply(404, b"<!DOCTYPE html><html><body>No such page.</body></html>", HTML)
    swept = shore.crawl("-a", "sweep=1", code=1)
    assert set(shore.index) <= {one.path for one in shore.site.log}
    assert swept["posts"]["gone"] == (len(shore.index) if gone == "all" else 0)
    line = "HTTP 404: the site has no home page there any more; what is archived stays"
    for interval in ("0", "86400", "86400"):  # the first is as a day later
        report = shore.crawl(code=1, SWEEP_INTERVAL=interval)
        assert {"url": shore.site.home, "reason": line} in report["failures"]
        assert report["sweep"] == (interval == "0")
    assert len(shore.asked) <= 4
    assert all(one.conditional for one in shore.site.log if one.status != 404)
    assert all((shore.archive / entry["path"]).is_file() for entry in shore.index.values())
    shore.site.build()
    assert shore.crawl(SWEEP_INTERVAL="0")["posts"]["gone"] == 0
    assert {entry["status"] for entry in shore.index.values()} == {"live"}


@pytest.mark.parametrize(
    "home",
    [
        Reply(500, b"Oh.", HTML),
        Reply(403, b"No.", HTML),
        Reply(301, headers={"Location": "https://elsewhere.example/"}),
        Reply(302, headers={"Location": "/lost/"}),
    ],
    ids=["500", "403", "to another host", "to what is gone"],
)
def test_a_home_page_that_is_not_to_be_had_for_days(shore: Crawled, tmp_path: Path, home: Reply) -> None:
    """It is named each time, what else there is to find is found, and later runs of a day are no sweeps."""
    site, gone = shore.site, shore.site.path(2)
    day = timedelta(days=1)
    start = datetime.now(UTC)

    with Forks(tmp_path / "log") as forks:

        def crawl(days: float) -> dict[str, Any]:
            site.log.clear()
            given = settings_for(site.origins, shore.root, RETRY_TIMES="0", SWEEP_INTERVAL="86400")
            known = ["shore"] if days else ["jekyll", f"-aurl={site.home}", "-aname=shore"]
            code = forks.run(["crawl", *(f"-s{name}={value}" for name, value in given.items()), *known], start + days * day)
            assert code == (1 if shore.report["failures"] else 0)
            return shore.report

        crawl(0)
        site.pages["/"] = home
        swept = []
        for days in (0.1, 1.2, 2.3, 2.4, 2.5):
            report = crawl(days)
            assert [one["url"] for one in report["failures"]] == [site.home]
            swept.append(report["sweep"])
        assert swept[1:] == [True, True, False, False]
        del site.posts[2]
        site.build()
        del site.pages[gone]
        site.pages["/"] = home
        assert crawl(3.6)["posts"]["gone"] == 1
        assert shore.index[gone]["status"] == "gone"
        site.build()
        report = crawl(3.7)
        assert (report["failures"], report["sweep"], report["posts"]["gone"]) == ([], False, 0)


@pytest.mark.parametrize("body", [b"", b'<!DOCTYPE html><html><body><a href="https://buy.example/">For sale</a></body></html>'])
def test_a_home_page_that_is_no_longer_the_sites_is_named(shore: Crawled, body: bytes) -> None:
    assert shore.crawl()["warnings"] == []
    shore.site.pages["/"] = Reply(200, body, HTML)
    (line,) = shore.crawl()["warnings"]
    assert line.startswith(f"{shore.site.home}: links to no page of the site")
    assert {entry["status"] for entry in shore.index.values()} == {"live"}
    shore.site.build()
    assert shore.crawl()["warnings"] == []


def test_a_home_page_that_leads_to_another_page_of_the_site(shore: Crawled) -> None:
    site, gone = shore.site, shore.site.path(2)

    def build() -> None:
        site.build()
        site.put("/blog/", site.pages["/"].body)
        site.pages["/"] = Reply(302, headers={"Location": "/blog/"})

    site.listed[3] = False
    site.feed_size = 2
    build()
    assert shore.crawl()["posts"]["new"] == len(site.posts), "one of them is in the sitemap alone"
    del site.posts[2]
    build()
    del site.pages[gone]
    assert shore.crawl("-a", "sweep=1")["posts"]["gone"] == 1
    assert shore.index[gone]["status"] == "gone"


@pytest.mark.parametrize("moved", ["home", "post"])
def test_what_moves_is_asked_for_without_what_was_known_of_the_place_before(shore: Crawled, moved: str) -> None:
    """A server may have no newer page at the new address than the one that was captured at the old one."""
    site = shore.site
    shore.crawl()
    path = "/" if moved == "home" else site.path(1)
    to = "/blog/" if moved == "home" else site.path(1).replace("gull-1", "gulls-1")
    site.pages[to] = site.pages[path]
    site.pages[path] = Reply(301, headers={"Location": to})
    shore.crawl("-a", "sweep=1")
    first = next(one for one in site.log if one.path == to)
    assert (first.status, first.conditional) == (200, False)


def test_a_home_page_that_was_never_there_is_no_reason_to_sweep_each_time(shore: Crawled) -> None:
    missing = Reply(404, b"<!DOCTYPE html><html><body>No such page.</body></html>", HTML)
    shore.site.pages["/"] = missing
    shore.crawl(code=1)
    assert len(shore.index) == 8
    for _ in range(2):
        assert not shore.crawl(code=1)["sweep"]
        assert len(shore.asked) <= 4


@pytest.mark.parametrize("named", ["script file", "script", "attribute"])
def test_posts_that_only_the_sites_own_search_lists_are_found(shore: Crawled, named: str) -> None:
    site = shore.site
    site.has_sitemap, site.feed_size = False, 3
    site.listed = {number: number > 6 for number in site.posts}
    site.pages.clear()
    site.build()
    site.put("/about/", site.page("About", '<p>Us, in <code>"text.json"</code>.</p>'))
    entries = ",\n".join(f'{{ "title": "a\tb", "url" : "{site.path(number)}" }}' for number in site.posts)
    site.put("/data/search.json", f"[\n{entries},\n]", "application/json")  # no strict JSON, as many templates make it
    told = {
        "script file": '<script src="/find.js"></script>',
        "script": "<script>find({ json: '/data/search.json?v=1', other: \"/gone.json\" })</script>",
        "attribute": '<div id="find" data-index="/data/search.json"></div>',
    }[named]
    site.put("/find.js", 'find({json:"data/search.json"})', "text/javascript")
    site.put("/", site.page("Home", f'<a href="{site.path(7)}">{site.title(7)}</a>{told}'))
    report = shore.crawl()
    assert set(shore.index) == {site.path(number) for number in site.posts}
    assert report["losses"] == 0
    assert "/text.json 404" not in shore.asked
    shore.crawl()
    assert len(shore.asked) <= 4
    site.posts[11] = "<p>Quite <em>new</em>, and listed by the search alone.</p>"
    site.listed[11] = False
    site.put(site.path(11), site.post_page(11))
    site.put("/data/search.json", f'[{entries},{{"url": "{site.path(11)}"}}]', "application/json")
    assert shore.crawl("-a", "sweep=1")["posts"]["new"] == 1


@pytest.mark.parametrize("first", ["list", "posts"])
def test_what_the_sites_own_search_tells_anew_is_in_the_posts_as_a_rebuild_makes_them(shore: Crawled, first: str) -> None:
    """Whichever a run asked for first: the list, or the pages of posts."""
    site = shore.site

    def put_list(tags: str) -> None:
        told = ({"url": site.path(number), "tags": f"{tags}, {number}", "date": site.time(number)} for number in site.posts)
        site.put("/search.json", json.dumps(list(told)), "application/json")

    put_list("wet")
    named = '<script src="/find.js"></script>' if first == "posts" else '<p data-list="/search.json"></p>'
    site.put("/find.js", 'find({json:"/search.json"})', "text/javascript")
    site.put("/about/", site.page("About", named))
    shore.crawl()
    assert {(*entry["tags"],) for entry in shore.index.values()} == {("wet", str(number)) for number in site.posts}
    put_list("dry")
    site.posts[11] = "<p>Quite <em>new</em>.</p>"
    site.build()
    site.put("/about/", site.page("About", named))
    shore.crawl()
    assert (shore.index[site.path(11)]["tags"], UNTOLD in shore.index[site.path(11)]["assumed"]) == ([], True)
    put_list("dry")
    shore.crawl("-a", "sweep=1")
    assert {(*entry["tags"],) for entry in shore.index.values()} == {("dry", str(number)) for number in site.posts}
    rebuilt = shore.run("rebuild", shore.name, "--diff")
    assert rebuilt.returncode == 0, rebuilt.stdout
    assert shore.run("verify", shore.name).returncode == 0
    shore.crawl()
    assert len(shore.asked) <= 4
