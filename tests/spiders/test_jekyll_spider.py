"""A stranger's site, crawled by its address: what a first run finds, what later ones ask, and what a person is told."""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import TYPE_CHECKING

import pytest

from crawler.upkeep.learning import is_edited
from tests.replica.crawl import settings_for, start
from tests.serving import Reply
from tests.spiders.stranger import HOST, Crawled, Stranger

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
    words = ["crawl", "jekyll", "-a", f"url={site.home}", "-a", "name=shore"]
    process = start(*words, settings=settings, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while not site.is_holding and process.poll() is None:  # one at a time: all before the last answer is kept
        time.sleep(0.01)
    process.kill()
    assert process.wait() == -9
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


def test_a_robots_txt_that_lists_sitemaps_without_an_end(shore: Crawled) -> None:
    lines = "".join(f"Sitemap: https://{HOST}/s{number}.xml\n" for number in range(5000))
    shore.site.put("/robots.txt", f"User-agent: *\n{lines}", "text/plain")
    report = shore.crawl(code=1, EXPLORE_PAGES="50")
    assert len(shore.asked) < 100
    assert [one["url"] for one in report["failures"]] == [f"https://{HOST}/robots.txt"]
    assert report["failures"][0]["reason"].startswith("sitemaps from here on were not followed")
    assert len(shore.index) == 8
