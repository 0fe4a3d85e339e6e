"""A stranger's first run and first import: what is said about an address that is none, and what is there to do next."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from crawler.archive.lock import Lock
from crawler.upkeep.learning import is_edited
from tests.replica.crawl import run
from tests.serving import Reply
from tests.spiders.stranger import HOST, Crawled

if TYPE_CHECKING:
    from pathlib import Path

HTML = {"Content-Type": "text/html"}


def test_a_good_first_run_says_where_posts_are_and_what_is_next(shore: Crawled) -> None:
    words = ("crawl", "jekyll", "-a", f"url={shore.site.home}", "-a", "name=shore")
    first = shore.run(*words)
    assert f"the posts: {shore.archive}/_posts; what was learned: {shore.archive}/site.toml" in first.stderr
    assert "next: scrapy learn shore shows what was learned, scrapy verify shore --render" in first.stderr
    assert "next: " not in shore.run(*words).stderr
    assert "next: " not in shore.run("crawl", "shore").stderr


def test_posts_of_a_first_run_are_not_late(shore: Crawled) -> None:
    report = shore.crawl()
    assert report["posts"]["new"] == 8
    assert report["lateness"]["median"] is None, report["lateness"]
    status = shore.run("status", "shore")
    assert "days" not in status.stdout, status.stdout


def test_an_address_that_leads_to_another_host_names_that(shore: Crawled) -> None:
    """A blog at the host of its builder moved to a host of its own, which answers for robots.txt, too."""
    site, there = shore.site, "http://elsewhere.test"
    for path in ("/robots.txt", "/"):
        site.pages = dict.fromkeys(("/", path), Reply(301, b"", {"Location": f"{there}{path}"}))
        done = shore.run("crawl", "jekyll", "-a", f"url={site.home}", "-a", "name=shore", "-sRETRY_TIMES=0")
        line = f"no page of {site.home} could be had, so that no site is kept; it leads to {there}/: say -a url={there}/"
        assert (done.returncode, line in done.stderr) == (1, True), done.stderr


@pytest.mark.parametrize("answer", [Reply(404, b"<p>Nothing.</p>", HTML), Reply(200, cut=-1)])
def test_a_mistyped_address_leaves_no_site_behind(shore: Crawled, answer: Reply) -> None:
    site = shore.site
    right, site.pages = site.pages, {"/": answer}
    words = ("crawl", "jekyll", "-a", f"url={site.home}", "-a", "name=shore", "-sRETRY_TIMES=0")
    done = shore.run(*words)
    assert done.returncode == 1
    assert f"no page of {site.home} could be had, so that no site is kept; is the address right?" in done.stderr
    assert "report: none is kept" in done.stderr
    assert ("HTTP 404: the site has no home page there\n" in done.stderr) == (answer.status == 404)
    assert not shore.root.exists()
    assert shore.run("list").stdout.split() == ["finews", "jekyll"]
    told = shore.run("status", "shore")
    assert (told.returncode, told.stderr) == (2, "there is no site 'shore'; there are: finews\n")
    other = shore.run("crawl", "jekyll", "-a", "url=https://other.example/", "-a", "name=shore", "-sDOWNLOAD_TIMEOUT=2")
    assert other.returncode == 1, "the name is free"
    site.pages = right
    assert shore.run(*words).returncode == 0
    assert len(shore.index) == 8
    assert shore.run("status", "shore").returncode == 0
    site.pages = {"/": answer}
    assert shore.run(*words).returncode == 1
    assert len(shore.index) == 8, "what there is of a known site stays"


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("https://blog.example/feed.xml", "is one file of a site; name its home page: https://blog.example/, say"),
        ("https://blog.example/notes/atom.xml", "name its home page: https://blog.example/notes/, say"),
        ("https://blog.example/about.html", "is one file of a site; name its home page: https://blog.example/, say"),
        (
            "https://blog.example/2024/05/11/x.html",
            "seems to be the page of a post; name the home page of its site: https://blog.e",
        ),
        ("https://blog.example/notes/2024/05/11/x/", "the home page of its site: https://blog.example/notes/, say"),
    ],
)
def test_a_feed_and_a_post_are_no_home_pages(tmp_path: Path, url: str, told: str) -> None:
    settings = {"ARCHIVE_ROOT": str(tmp_path / "root")}
    (tmp_path / "_site").mkdir()
    (tmp_path / "_site" / "index.html").write_text("<html>", "utf-8")
    for words in (("crawl", "jekyll", "-a", f"url={url}"), ("import", str(tmp_path / "_site"), "--url", url)):
        done = run(*words, settings=settings)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert told in done.stderr
    assert not (tmp_path / "root").exists()


def test_a_page_below_the_home_page_is_said_to_be_one(shore: Crawled) -> None:
    done = shore.run("crawl", "jekyll", "-a", f"url={shore.site.home}about/", "-a", "name=shore")
    assert f"{shore.site.home}about/ links to {shore.site.home}, which may be the home page of its site: -a url=" in done.stderr
    again = shore.run("crawl", "jekyll", "-a", f"url={shore.site.home}", "-a", "name=shore")
    assert again.returncode == 0, again.stderr
    assert len(shore.index) == 8


def test_a_feed_without_a_name_of_its_own_is_said_to_be_one(shore: Crawled) -> None:
    shore.site.put("/feed/", shore.site.pages["/feed.xml"].body, "application/atom+xml")
    done = shore.run("crawl", "jekyll", "-a", f"url={shore.site.home}feed/", "-a", "name=shore")
    assert f"{shore.site.home}feed/ is a feed; crawl the home page of its site, {shore.site.home}, say" in done.stderr


def test_to_learn_waits_for_the_end_of_a_crawl(shore: Crawled) -> None:
    shore.crawl()
    before = (shore.archive / "site.toml").read_bytes()
    lock = Lock(shore.archive)
    lock.take()
    done = shore.run("learn", "shore", "--overwrite")
    lock.release()
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (3, "", 1), done.stderr
    assert (shore.archive / "site.toml").read_bytes() == before
    assert shore.run("learn", "shore").returncode == 0


@pytest.mark.parametrize("meanwhile", [(), ("catalog",), ("rebuild",)])
def test_what_was_learned_of_half_a_site_is_learned_again(shore: Crawled, meanwhile: tuple[str, ...]) -> None:
    """A first run is stopped, somebody learns, and the next run comes to the end of what the first one began."""
    shore.crawl(code=1, CLOSESPIDER_PAGECOUNT="9", CONCURRENT_REQUESTS="1")
    assert shore.run("learn", "shore").returncode == 0
    for made_again in meanwhile:
        assert shore.run(made_again, "shore").returncode == 0
    half = (shore.archive / "site.toml").read_text("utf-8")
    assert "[[layouts]]" in half
    report = shore.crawl()
    assert report["losses"] == 0
    whole = (shore.archive / "site.toml").read_text("utf-8")
    assert "8 of 8 posts" in whole
    assert whole != half
    assert not is_edited(whole)
    assert len(shore.index) == 8 == len((shore.archive / "index.jsonl").read_text("utf-8").splitlines())
    assert shore.run("verify", "shore").returncode == 0


def test_a_sample_of_another_blog_is_said_to_be_one(shore: Crawled, tmp_path: Path) -> None:
    own, other = tmp_path / "2024-04-04-rope-3.md", tmp_path / "2011-01-01-elsewhere.md"
    own.write_text(f"---\ntitle: x\n---\n{re.sub('<[^>]*>', '', shore.site.posts[3])} and so on\n", "utf-8")
    other.write_text(
        "---\ntitle: x\n---\nQuite another *person* wrote these words long ago.\n\n* and a list of them\n", "utf-8"
    )
    told = "the sample 2011-01-01-elsewhere.md is of no captured page: none has its text"
    report = shore.crawl("-a", f"samples={own},{other}")
    assert [line for line in report["warnings"] if "the sample" in line] == [f"{told}; its spelling is used all the same"]
    done = shore.run("learn", "shore", "--samples", str(own))
    assert "the sample" not in done.stderr
    assert told in shore.run("learn", "shore", "--samples", str(other)).stderr


def test_a_home_page_of_another_host_is_said_to_be_wrong(shore: Crawled) -> None:
    shore.crawl()
    file = shore.archive / "site.toml"
    text = file.read_text("utf-8")
    file.write_text(text.replace(f'home = "{shore.site.home}"', 'home = "https://other.example/"'), "utf-8")
    line = text[: text.index("home = ")].count("\n") + 1
    for command in ("rebuild", "verify", "learn", "crawl", "status"):
        done = shore.run(command, "shore")
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        told = f"site.toml: line {line}: home is https://other.example/, and every page here is of https://{HOST}/; write that"
        assert told in done.stderr
    file.write_text(text, "utf-8")
    assert shore.run("rebuild", "shore", "--diff").returncode == 0
