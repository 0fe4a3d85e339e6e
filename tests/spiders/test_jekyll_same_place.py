"""One site at several addresses: with ``http`` and ``https``, with ``www.`` and without. It has one archive, and each post once."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.replica.crawl import run
from tests.serving import HostServer, Reply
from tests.spiders.stranger import HOST, Crawled

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator

PLAIN, SECURE, WWW = f"http://{HOST}", f"https://{HOST}", f"https://www.{HOST}"


class Leading(HostServer):
    """Leads every address to the same one elsewhere, as servers lead from ``http`` to ``https``."""

    def __init__(self, to: str) -> None:
        super().__init__((HOST,))
        self.to = to

    def answer(self, host: str, path: str) -> Reply:
        return Reply(301, headers={"Location": f"{self.to}{path}", "Content-Type": "text/html"})


@pytest.fixture
def leading() -> Iterator[Leading]:
    with Leading(SECURE) as server:
        yield server


def crawl(shore: Crawled, *words: str, **origins: str) -> subprocess.CompletedProcess[str]:
    """``scrapy crawl`` with these arguments, and these origins of ``PLAIN``, ``SECURE`` and ``WWW``."""
    names = {"plain": PLAIN, "secure": SECURE, "www": WWW, "plain_www": WWW.replace("https", "http")}
    done = shore.run("crawl", *words, ORIGINS=json.dumps({names[one]: place for one, place in origins.items()}))
    assert "Traceback" not in done.stderr
    return done


def urls(shore: Crawled) -> set[str]:
    return {json.loads(line)["url"] for line in (shore.archive / "index.jsonl").read_text("utf-8").splitlines()}


def sound(shore: Crawled) -> None:
    for command in (("rebuild", "shore", "--diff"), ("verify", "shore")):
        done = run(*command, settings={"ARCHIVE_ROOT": str(shore.root)})
        assert done.returncode == 0, done.stdout + done.stderr


def test_an_archive_goes_on_when_its_site_moves_to_https(shore: Crawled, leading: Leading) -> None:
    site, own = shore.site, shore.site.origin(HOST)
    assert crawl(shore, "jekyll", "-a", f"url={PLAIN}/", "-a", "name=shore", plain=own).returncode == 0
    before = urls(shore)
    described = (shore.archive / "site.toml").read_bytes()
    assert len(before) == 8
    assert {url.partition(":")[0] for url in before} == {"http"}
    site.posts[8] = "<p>It came later.</p>"
    site.build()
    done = crawl(shore, "shore", plain=leading.origin(HOST), secure=own)
    assert done.returncode == 0, done.stderr
    assert urls(shore) == before | {f"{PLAIN}{site.path(8)}"}, "it stays under the address of its archive"
    assert (shore.archive / "site.toml").read_bytes() == described
    assert [one.path for one in leading.log if one.path != "/robots.txt"] == ["/feed.xml"], (
        "all else is asked where that leads to"
    )
    sound(shore)
    leading.log.clear()
    assert crawl(shore, "shore", plain=leading.origin(HOST), secure=own).returncode == 0
    assert len(shore.asked) <= 4, "what did not change costs as little as before"
    assert {one.status for one in site.log if one.path == "/"} == {304}


def test_what_leads_to_https_at_once_is_archived_as_such(shore: Crawled, leading: Leading) -> None:
    where = {"plain": leading.origin(HOST), "secure": shore.site.origin(HOST)}
    done = crawl(shore, "jekyll", "-a", f"url={PLAIN}/", "-a", "name=shore", **where)
    assert done.returncode == 0, done.stderr
    assert len(urls(shore)) == 8
    assert {url.partition(":")[0] for url in urls(shore)} == {"https"}
    assert f'home = "{SECURE}/"' in (shore.archive / "site.toml").read_text("utf-8")
    sound(shore)
    for words in (("shore",), ("jekyll", "-a", f"url={PLAIN}/", "-a", "name=shore")):
        leading.log.clear()
        done = crawl(shore, *words, **where)
        assert done.returncode == 0, done.stderr
        assert (len(shore.asked) <= 4, leading.log) == (True, []), words
    assert len(urls(shore)) == 8


def test_another_host_is_asked_only_when_a_person_names_it(shore: Crawled, leading: Leading) -> None:
    shore.crawl()
    before, own = urls(shore), shore.site.origin(HOST)
    leading.to = WWW
    where = {"secure": leading.origin(HOST), "www": own}
    done = crawl(shore, "shore", **where)
    assert (done.returncode, shore.site.log) == (1, [])
    assert f"crawl that address: -a url={WWW}/" in done.stderr
    leading.log.clear()
    done = crawl(shore, "shore", "-a", f"url={WWW}/", **where)
    assert done.returncode == 0, done.stderr
    assert (urls(shore), leading.log) == (before, [])
    sound(shore)


def test_the_archive_of_an_address_is_found_with_www_and_without(shore: Crawled) -> None:
    site = shore.site
    named = Crawled(shore.root.parent, site, HOST)
    assert crawl(named, "jekyll", "-a", f"url={SECURE}/", secure=site.origin(HOST)).returncode == 0
    for url in (f"{PLAIN}/", f"{WWW}/index.html", f"http://www.{HOST}:80/"):
        where = dict.fromkeys(("plain", "secure", "www", "plain_www"), site.origin(HOST))
        done = crawl(named, "jekyll", "-a", f"url={url}", **where)
        assert done.returncode == 0, done.stderr
        assert [one.name for one in named.root.iterdir() if one.is_dir()] == [HOST]
    for url in (f"{SECURE}/blog/", "https://other.example/"):
        done = crawl(named, HOST, "-a", f"url={url}", secure=site.origin(HOST))
        assert (done.returncode, site.log) == (2, []), "that is another site"


def test_a_person_may_write_the_new_address(shore: Crawled) -> None:
    own = shore.site.origin(HOST)
    assert crawl(shore, "jekyll", "-a", f"url={PLAIN}/", "-a", "name=shore", plain=own).returncode == 0
    file = shore.archive / "site.toml"
    file.write_text(file.read_text("utf-8").replace(f'home = "{PLAIN}/"', f'home = "{SECURE}/"'), "utf-8")
    done = crawl(shore, "shore", secure=own)
    assert done.returncode == 0, done.stderr
    assert run("rebuild", "shore", settings={"ARCHIVE_ROOT": str(shore.root)}).returncode == 0
    assert len(urls(shore)) == 8
    assert {url.partition(":")[0] for url in urls(shore)} == {"https"}
    sound(shore)
