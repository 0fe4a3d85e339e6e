"""robots.txt (RFC 9309) in every form in which servers send it, and what a run asks for while it cannot be had."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.catalog.catalog import Catalog
from crawler.crawl.politeness.robots_text import UnreadableRobots, readable
from tests.archives import a_post, index, report
from tests.replica.build import BUILT
from tests.replica.crawl import crawl, run, run_armed, settings_for
from tests.replica.server import SHARE_HOSTS, SITE_HOST, ReplicaServer, Reply
from tests.replica.truth import compare

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

TEXT = {"Content-Type": "text/plain"}
ROBOTS = "/robots.txt"
HOME_ONLY = "User-agent: *\nDisallow: /\nAllow: /$\nAllow: /feed.xml\n"


def serve(replica: ReplicaServer, *replies: Reply, hosts: Iterable[str] = (SITE_HOST,)) -> None:
    for host in hosts:
        replica.replies[host, ROBOTS] = list(replies)


def asked(replica: ReplicaServer, host: str = SITE_HOST) -> set[str]:
    return {entry.path for entry in replica.log if entry.host == host} - {ROBOTS, "/other.txt"}


@pytest.mark.parametrize(
    "body",
    [
        HOME_ONLY.encode("utf-8-sig"),
        HOME_ONLY.encode("utf-16"),
        HOME_ONLY.encode("utf-16-be"),
        HOME_ONLY.replace("\n", "\r").encode(),
        b"# caf\xe9 \xff\n" + HOME_ONLY.encode(),
        b"User-agent: backfile\n" + HOME_ONLY.encode().partition(b"\n")[2] + b"\nUser-agent: *\nDisallow:\n",
        HOME_ONLY.encode() + b"Disallow: /" + b"*a" * 2000 + b"$\n",
        b"User-agent: *\n" + b"Disallow: /none/of/these/\n" * 230_000 + HOME_ONLY.encode().partition(b"\n")[2],
        b"<html><pre>\n" + HOME_ONLY.encode(),
    ],
    ids=["UTF-8 mark", "UTF-16", "UTF-16 without mark", "CR", "no UTF-8", "own name", "wildcards", "6 MB", "HTML around it"],
)
def test_robots_txt_is_read_in_any_form(tmp_path: Path, replica: ReplicaServer, body: bytes) -> None:
    serve(replica, Reply(200, body, TEXT))
    done = crawl(replica.origins, tmp_path)
    assert done.returncode == 1
    assert asked(replica) == {"/", "/feed.xml"}
    assert {failure["reason"] for failure in report(tmp_path)["failures"]} == {"Forbidden by robots.txt"}


def test_redirects_of_robots_txt_are_followed(tmp_path: Path, replica: ReplicaServer) -> None:
    serve(replica, Reply(302, b"", {"Location": f"https://{SITE_HOST}/other.txt"}))
    replica.replies[SITE_HOST, "/other.txt"] = [Reply(200, HOME_ONLY.encode(), TEXT)]
    crawl(replica.origins, tmp_path)
    assert asked(replica) == {"/", "/feed.xml"}
    replica.replies[SITE_HOST, "/other.txt"] = [Reply(503, b"", TEXT)]
    replica.log.clear()
    crawl(replica.origins, tmp_path, RETRY_TIMES="0")
    assert asked(replica) == {"/", "/feed.xml"}, "the copy in the archive is found over the same redirect"
    for archived in (ROBOTS, "/other.txt"):
        make_older(tmp_path, f"https://{SITE_HOST}{archived}")
    serve(replica, UNREACHABLE["to a host that is not the site's"])
    replica.log.clear()
    crawl(replica.origins, tmp_path, RETRY_TIMES="0", ROBOTSTXT_KEEP="1e10")
    assert asked(replica) == {"/", "/feed.xml"}, "a redirect that leads nowhere does not hide the copy before it"


UNREACHABLE = {
    "408": Reply(408, b"", TEXT),
    "429": Reply(429, b"slow down", TEXT),
    "500": Reply(500, b"<html>User-agent: *</html>", TEXT),
    "503": Reply(503, b"busy", TEXT),
    "no Location": Reply(302, b"", TEXT),
    "a loop": Reply(302, b"", {"Location": ROBOTS}),
    "to a host that is not the site's": Reply(301, b"", {"Location": "https://www.example.org/robots.txt"}),
    "closed": Reply(200, b"", TEXT, cut=-1),
    "cut": Reply(200, b"User-agent: *\nDisallow: /x/\n", TEXT, cut=14),
    "stalls": Reply(200, b"User-agent: *\nDisallow: /x/\n", TEXT, stall=4),
    "damaged gzip": Reply(200, b"\x1f\x8b\x08\0\0\0\0\0\0\3" + b"\xff\0" * 30, TEXT | {"Content-Encoding": "gzip"}),
    "no end of rules": Reply(200, b"".join(b"User-agent: a%d\n" % n for n in range(2000)) + b"Allow: /\n" * 2000, TEXT),
}


@pytest.mark.parametrize("reply", UNREACHABLE.values(), ids=UNREACHABLE)
def test_nothing_is_asked_for_while_robots_txt_cannot_be_had(tmp_path: Path, replica: ReplicaServer, reply: Reply) -> None:
    serve(replica, reply)
    done = crawl(replica.origins, tmp_path, RETRY_TIMES="0", DOWNLOAD_TIMEOUT="2")
    assert done.returncode == 1
    assert asked(replica) == set()
    assert "Traceback" not in done.stderr
    reasons = {failure["url"]: failure["reason"] for failure in report(tmp_path)["failures"]}
    assert reasons.keys() == {f"https://{SITE_HOST}/", f"https://{SITE_HOST}/feed.xml"}
    assert all(reason.startswith(f"https://{SITE_HOST}{ROBOTS} could not be had (") for reason in reasons.values())
    shown = run("status", "finews", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert shown.returncode == 1
    assert f"{ROBOTS} could not be had" in shown.stdout


def test_what_waited_for_robots_txt_is_archived_once_it_is_there(tmp_path: Path, replica: ReplicaServer) -> None:
    well = replica.reply(SITE_HOST, ROBOTS)
    serve(replica, UNREACHABLE["damaged gzip"])
    assert crawl(replica.origins, tmp_path).returncode == 1
    serve(replica, UNREACHABLE["503"])
    assert [crawl(replica.origins, tmp_path, RETRY_TIMES="0").returncode for _ in range(3)] == [1, 1, 1]
    serve(replica, well)
    assert crawl(replica.origins, tmp_path).returncode == 0
    assert compare(BUILT, tmp_path / "finews").good


@pytest.mark.parametrize("status", [401, 403, 404, 410, 451, 204])
def test_a_site_without_robots_txt_forbids_nothing(tmp_path: Path, replica: ReplicaServer, status: int) -> None:
    serve(replica, Reply(status, b"" if status == 204 else HOME_ONLY.encode(), TEXT))
    done = crawl(replica.origins, tmp_path, "-a", "limit=1")
    assert done.returncode == 0, done.stderr
    assert len(asked(replica)) > 2
    replica.log.clear()
    serve(replica, Reply(503, b"", TEXT))
    assert crawl(replica.origins, tmp_path, "-a", "limit=1").returncode == 0
    assert (SITE_HOST, ROBOTS) not in [(entry.host, entry.path) for entry in replica.log], "it is asked for once a day"


def make_older(root: Path, url: str) -> None:
    catalog = Catalog(root / "finews" / "catalog.sqlite")
    catalog._db.execute("UPDATE captures SET time = '2022-03-03T00:00:00.000000Z' WHERE url = ?", (url,))
    catalog.close()


@pytest.mark.parametrize("reply", [UNREACHABLE["503"], UNREACHABLE["429"], UNREACHABLE["closed"]], ids=["503", "429", "closed"])
def test_the_last_copy_counts_while_robots_txt_cannot_be_had(archive_root: Path, replica: ReplicaServer, reply: Reply) -> None:
    serve(replica, reply)
    make_older(archive_root, f"https://{SITE_HOST}{ROBOTS}")
    kept = crawl(replica.origins, archive_root, RETRY_TIMES="0", ROBOTSTXT_KEEP="1e99")
    assert kept.returncode == 0, kept.stderr
    assert asked(replica)
    assert "the copy of 2022-03-03 counts until" in report(archive_root)["warnings"][0]
    replica.log.clear()
    assert crawl(replica.origins, archive_root, RETRY_TIMES="0").returncode == 1, "it is older than 30 days"
    assert asked(replica) == set()
    assert "the copy of 2022-03-03 is too old" in report(archive_root)["failures"][0]["reason"]


def test_each_host_has_a_robots_txt_of_its_own(tmp_path: Path, replica: ReplicaServer) -> None:
    serve(replica, Reply(200, HOME_ONLY.encode() * 2, TEXT, stall=1), hosts=SHARE_HOSTS)
    done = crawl(replica.origins, tmp_path)
    assert done.returncode == 1
    assert [path for host in SHARE_HOSTS for path in asked(replica, host)] == [], "all who wait for it obey it"
    assert {entry["body_from"] for entry in index(tmp_path / "finews")} == {"page"}
    for host in SHARE_HOSTS:
        make_older(tmp_path, f"http://{host}{ROBOTS}")
        make_older(tmp_path, f"https://{host}{ROBOTS}")
        del replica.replies[host, ROBOTS]
    assert crawl(replica.origins, tmp_path).returncode == 0
    assert compare(BUILT, tmp_path / "finews").good


@pytest.mark.parametrize("more", [{}, {"AUTOTHROTTLE_ENABLED": "1", "AUTOTHROTTLE_START_DELAY": "0.01"}], ids=["", "throttle"])
def test_crawl_delay_is_the_least_delay(tmp_path: Path, replica: ReplicaServer, more: dict[str, str]) -> None:
    serve(replica, Reply(200, b"User-agent: *\nCrawl-delay: 0.5\nDisallow: /category/\n", TEXT))
    start = time.monotonic()
    crawl(replica.origins, tmp_path, "-a", "limit=3", **more)
    number = sum(entry.host == SITE_HOST for entry in replica.log)
    assert number >= 6
    assert time.monotonic() - start > 0.5 * (number - 1)


def test_a_run_of_days_asks_for_robots_txt_each_day(tmp_path: Path, replica: ReplicaServer) -> None:
    serve(replica, Reply(200, b"User-agent: *\nCrawl-delay: 0.3\n", TEXT), Reply(200, b"User-agent: *\nDisallow: /\n", TEXT))
    settings = settings_for(replica.origins, tmp_path, CONCURRENT_REQUESTS="4")
    done = run_armed(("tests.crawl.broken:a_day_in_ten_answers",), "crawl", "finews", settings=settings)
    assert done.returncode == 1
    assert "Forbidden by robots.txt" in done.stderr
    assert [entry.path for entry in replica.log if entry.host == SITE_HOST].count(ROBOTS) >= 2
    assert 2 < len(asked(replica)) < 40


def test_an_absurd_crawl_delay_is_cut_and_named(tmp_path: Path, replica: ReplicaServer) -> None:
    serve(replica, Reply(200, b"User-agent: *\nCrawl-delay: 86400\n", TEXT))
    assert crawl(replica.origins, tmp_path, "-a", "limit=1", CRAWL_DELAY_MAX="0.01").returncode == 0
    assert report(tmp_path)["warnings"] == [
        f"robots.txt of {SITE_HOST} asks for 86,400 s between two requests; CRAWL_DELAY_MAX=0.01 s are left"
    ]


def test_commands_that_show_a_page_obey_robots_txt(tmp_path: Path, crawled: Path, replica: ReplicaServer) -> None:
    serve(replica, UNREACHABLE["503"])
    url = a_post(crawled)["url"]
    refused = run("fetch", url, settings=settings_for(replica.origins, tmp_path, RETRY_TIMES="0"))
    assert refused.returncode == 1
    assert f"{ROBOTS} could not be had (HTTP 503)" in refused.stderr
    assert asked(replica) == set()
    assert run("fetch", url, settings=settings_for(replica.origins, crawled)).returncode == 0, "the archive has it"


@given(st.text(st.characters(codec="utf-8", exclude_characters="\0")), st.sampled_from(["utf-8-sig", "utf-16", "utf-32"]))
def test_a_byte_order_mark_tells_the_encoding(text: str, encoding: str) -> None:
    assert readable(text.encode(encoding)).decode() == text


@given(st.binary() | st.binary().map(lambda data: b"User-agent:*\n" + data))
def test_any_bytes_are_read(body: bytes) -> None:
    readable(body).decode()


def test_a_bomb_of_groups_is_refused() -> None:
    with pytest.raises(UnreadableRobots):
        readable(UNREACHABLE["no end of rules"].body)
