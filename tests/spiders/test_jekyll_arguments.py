"""The arguments of a crawl of a stranger's site: what is wrong with them is told in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.spiders.stranger import Crawled

HTML = {"Content-Type": "text/html"}


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
