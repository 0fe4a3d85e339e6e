"""The home page of a stranger's site is gone, moved, or another's; later runs go on with what is left."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.replica.crawl import forks_into, settings_for
from tests.serving import Reply

if TYPE_CHECKING:
    from pathlib import Path

    from tests.spiders.stranger import Crawled

HTML = {"Content-Type": "text/html"}


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

    with forks_into(tmp_path / "log") as forks:

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
