"""What goes wrong between a crawler and a site, and what a run makes of it."""

from __future__ import annotations

import gzip
import time
import zlib
from email.utils import formatdate
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from crawler.archive.catalog.catalog import Catalog
from tests.archives import a_post, index, report
from tests.replica.build import BUILT
from tests.replica.crawl import crawl, run
from tests.replica.server import SITE_HOST, ReplicaServer, Reply
from tests.replica.truth import compare

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

HTML = {"Content-Type": "text/html; charset=utf-8"}


def path_of(url: str) -> str:
    return "/" + url.split("/", 3)[3]


def test_an_edited_post_gets_a_new_version_and_keeps_its_old_capture(archive_root: Path, replica: ReplicaServer) -> None:
    old = a_post(archive_root)
    path = path_of(old["url"])
    body = replica.reply(SITE_HOST, path).body.replace(old["title"].encode(), "更正：新标题".encode())
    replica.replies[SITE_HOST, path] = [Reply(200, body, HTML)]
    done = crawl(replica.origins, archive_root, "-a", "recheck=1")
    assert done.returncode == 0, done.stderr
    (new,) = [entry for entry in index(archive_root / "finews") if entry["id"] == old["id"]]
    assert (new["version"], new["title"], new["first_seen"]) == (2, "更正：新标题", old["first_seen"])
    assert 'title: "更正：新标题"' in (archive_root / "finews" / new["path"]).read_text("utf-8")
    history = Catalog(archive_root / "finews" / "catalog.sqlite").history([old["url"]])
    assert [row.status for row in history] == [200, 200]
    assert report(archive_root)["posts"]["changed"] == 1


def test_a_title_that_changed_in_a_listing_is_enough_to_look_again(archive_root: Path, replica: ReplicaServer) -> None:
    old = a_post(archive_root)
    home = replica.reply(SITE_HOST, "/").body.replace(old["title"].encode(), b"new title")
    category = f"/category/{old['categories'][0]}.html"
    listing = replica.reply(SITE_HOST, category).body.replace(old["title"].encode(), b"new title")
    body = replica.reply(SITE_HOST, path_of(old["url"])).body.replace(old["title"].encode(), b"new title")
    replica.replies[SITE_HOST, "/"] = [Reply(200, home, HTML)]
    replica.replies[SITE_HOST, category] = [Reply(200, listing, HTML)]
    replica.replies[SITE_HOST, path_of(old["url"])] = [Reply(200, body, HTML)]
    crawl(replica.origins, archive_root)
    (new,) = [entry for entry in index(archive_root / "finews") if entry["id"] == old["id"]]
    assert (new["version"], new["title"]) == (2, "new title")


def test_a_dead_listing_does_not_look_like_an_unchanged_one(archive_root: Path, replica: ReplicaServer) -> None:
    replica.replies[SITE_HOST, "/"] = [Reply(500, b"down", HTML)]
    done = crawl(replica.origins, archive_root, RETRY_TIMES="1")
    assert done.returncode == 1
    assert {"url": f"https://{SITE_HOST}/", "reason": "HTTP 500"} in report(archive_root)["failures"]
    catalog = Catalog(archive_root / "finews" / "catalog.sqlite")
    assert [row.status for row in catalog.history([f"https://{SITE_HOST}/"])] == [200, 500, 500]


def test_a_server_that_is_gone_is_named(archive_root: Path, replica: ReplicaServer) -> None:
    origins = replica.origins | {f"https://{SITE_HOST}": "http://127.0.0.1:9"}
    done = crawl(origins, archive_root, RETRY_TIMES="0", LOG_LEVEL="WARNING")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "Connection refused" in report(archive_root)["failures"][0]["reason"]
    assert len(index(archive_root / "finews")) > 50


@pytest.mark.parametrize(
    ("coding", "packed"),
    [
        ("utf-8", lambda body: body),
        ("none, gzip", gzip.compress),
        ("GZIP", gzip.compress),
        ("gzip, gzip", lambda body: gzip.compress(gzip.compress(body))),
        ("gzip", lambda body: gzip.compress(body) + b"and more"),
        ("deflate", lambda body: zlib.compress(body)[2:-4]),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_crawl_reads_what_a_server_sends_as_a_rebuild_does(
    tmp_path: Path, replica: ReplicaServer, crawled: Path, coding: str, packed: Callable[[bytes], bytes]
) -> None:
    entry = a_post(crawled)
    path, answer = path_of(entry["url"]), entry["captures"][1]["url"]
    host = answer.split("/")[2]
    headers = HTML | {"Content-Encoding": coding}
    replica.replies[SITE_HOST, path] = [Reply(200, packed(replica.reply(SITE_HOST, path).body), headers)]
    replica.replies[host, path_of(answer)] = [Reply(200, packed(replica.reply(host, path_of(answer)).body), headers)]
    done = crawl(replica.origins, tmp_path)
    assert done.returncode == 0, done.stderr
    assert compare(BUILT, tmp_path / "finews").good
    (found,) = [one for one in index(tmp_path / "finews") if one["id"] == entry["id"]]
    assert found["sha256"] == entry["sha256"]
    shown = run("rebuild", "finews", "--diff", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert shown.returncode == 0, shown.stdout


def test_a_redirect_to_another_host_is_refused(tmp_path: Path, replica: ReplicaServer) -> None:
    with ReplicaServer(BUILT) as elsewhere:
        target = elsewhere.origins[f"https://{SITE_HOST}"]
        replica.replies[SITE_HOST, "/feed.xml"] = [Reply(302, b"", {"Location": f"{target}/feed.xml"})]
        done = crawl(replica.origins, tmp_path)
        assert elsewhere.log == []
    assert done.returncode == 1
    (failure,) = report(tmp_path)["failures"]
    assert failure["url"] == f"https://{SITE_HOST}/feed.xml"
    assert "is not on a host of the site" in failure["reason"]
    assert compare(BUILT, tmp_path / "finews").good


def test_a_listing_that_leads_to_another_is_a_loss_and_read_by_the_next_run(tmp_path: Path, replica: ReplicaServer) -> None:
    listing = f"https://{SITE_HOST}/category/dongliribao.html"
    replica.replies[SITE_HOST, "/category/dongliribao.html"] = [Reply(302, b"", {"Location": f"https://{SITE_HOST}/"})]
    assert crawl(replica.origins, tmp_path).returncode == 1
    assert {one["url"]: one["reason"] for one in report(tmp_path)["failures"]}[listing].startswith(
        f"led to https://{SITE_HOST}/,"
    )
    del replica.replies[SITE_HOST, "/category/dongliribao.html"]
    assert crawl(replica.origins, tmp_path).returncode == 0
    assert compare(BUILT, tmp_path / "finews").good


def test_a_tired_server_is_given_the_rest_it_asks_for(tmp_path: Path, replica: ReplicaServer) -> None:
    well = replica.reply(SITE_HOST, "/")
    replica.replies[SITE_HOST, "/"] = [Reply(503, b"", {"Retry-After": "2"}), well]
    start = time.monotonic()
    done = crawl(replica.origins, tmp_path)
    assert done.returncode == 0, done.stderr
    assert time.monotonic() - start > 2
    asked = [entry.path for entry in replica.log]
    assert asked.count("/") == 2
    assert compare(BUILT, tmp_path / "finews").good


def test_a_server_that_wants_a_long_rest_is_left_to_the_next_run(tmp_path: Path, replica: ReplicaServer) -> None:
    replica.replies[SITE_HOST, "/"] = [Reply(429, b"", {"Retry-After": "86400"})]
    done = crawl(replica.origins, tmp_path, RETRY_AFTER_MAX="5")
    assert done.returncode == 1
    assert any("asked to be left alone" in failure["reason"] for failure in report(tmp_path)["failures"])


def test_a_server_whose_clock_is_wrong_is_given_the_rest_it_means(tmp_path: Path, replica: ReplicaServer) -> None:
    well = replica.reply(SITE_HOST, "/")
    now = time.time() + 3600
    rest = {"Date": formatdate(now, usegmt=True), "Retry-After": formatdate(now + 1, usegmt=True)}
    replica.replies[SITE_HOST, "/"] = [Reply(503, b"", rest), well]
    done = crawl(replica.origins, tmp_path, RETRY_AFTER_MAX="5")
    assert done.returncode == 0, done.stderr
    assert "asked for a pause of 1 s" in done.stderr


def test_a_redirect_may_ask_for_a_rest_too(tmp_path: Path, replica: ReplicaServer) -> None:
    well = replica.reply(SITE_HOST, "/feed.xml")
    replica.replies[SITE_HOST, "/feed.xml"] = [Reply(302, b"", {"Location": "/feed.xml?again", "Retry-After": "2"})]
    replica.replies[SITE_HOST, "/feed.xml?again"] = [well]
    start = time.monotonic()
    crawl(replica.origins, tmp_path, "-a", "limit=1")
    assert time.monotonic() - start > 2
    assert ("/feed.xml?again", 200) in [(entry.path, entry.status) for entry in replica.log]


def test_robots_txt_is_obeyed(tmp_path: Path, replica: ReplicaServer) -> None:
    replica.replies[SITE_HOST, "/robots.txt"] = [Reply(200, b"User-agent: *\nDisallow: /category/\n", {})]
    crawl(replica.origins, tmp_path)
    assert not [asked.path for asked in replica.log if asked.path.startswith("/category/")]
    assert any(asked.path.endswith(".html") for asked in replica.log)


def test_robots_txt_is_asked_for_again_after_a_day(archive_root: Path, replica: ReplicaServer) -> None:
    catalog = Catalog(archive_root / "finews" / "catalog.sqlite")
    catalog._db.execute("UPDATE captures SET time = '2022-03-03T00:00:00.000000Z' WHERE url LIKE '%/robots.txt'")
    catalog.close()
    crawl(replica.origins, archive_root, "-a", "sweep=0")
    assert [(asked.path, asked.status) for asked in replica.log if asked.path == "/robots.txt"] == [("/robots.txt", 304)]


def test_a_changed_layout_is_captured_named_and_overwrites_nothing(archive_root: Path, replica: ReplicaServer) -> None:
    old = a_post(archive_root)
    before = (archive_root / "finews" / old["path"]).read_bytes()
    replica.replies[SITE_HOST, path_of(old["url"])] = [Reply(200, b"<html><body>new design</body></html>", HTML)]
    done = crawl(replica.origins, archive_root, "-a", "recheck=1")
    assert done.returncode == 1, "one page of many is no new layout"
    (rejection,) = [entry for entry in report(archive_root)["rejections"] if entry["code"] != "garbled"]
    assert (rejection["url"], rejection["code"]) == (old["url"], "layout")
    assert (archive_root / "finews" / old["path"]).read_bytes() == before


def test_a_new_layout_of_the_site_has_its_own_exit_code(archive_root: Path, replica: ReplicaServer) -> None:
    before = {entry["path"]: (archive_root / "finews" / entry["path"]).read_bytes() for entry in index(archive_root / "finews")}
    for entry in index(archive_root / "finews"):
        body = f'<html><body><div class="new-design">{entry["title"]}</div></body></html>'.encode()
        replica.replies[SITE_HOST, quote(path_of(entry["url"]), safe="/()%")] = [Reply(200, body, HTML)]
    replica.replies[SITE_HOST, "/"] = [Reply(200, b"<html><body>welcome to our new home</body></html>", HTML)]
    done = crawl(replica.origins, archive_root, "-a", "recheck=1", "-a", "sweep=1")
    assert done.returncode == 4, done.stderr
    signs = report(archive_root)["layout"]
    assert any("post pages gave no post" in sign for sign in signs)
    assert f"https://{SITE_HOST}/ shows no post at all" in signs
    assert "the site's layout may have changed" in done.stderr
    assert {path: (archive_root / "finews" / path).read_bytes() for path in before} == before
    assert {entry["status"] for entry in index(archive_root / "finews")} == {"live"}
    replica.replies.clear()
    assert crawl(replica.origins, archive_root, "-a", "recheck=1").returncode == 0
    assert {path: (archive_root / "finews" / path).read_bytes() for path in before} == before


def test_a_share_that_vanished_costs_the_post_nothing(archive_root: Path, replica: ReplicaServer) -> None:
    old = a_post(archive_root)
    before = (archive_root / "finews" / old["path"]).read_bytes()
    for capture in old["captures"][1:]:
        host = capture["url"].split("/")[2]
        for name in (host, "finews.zning.xyz", "choicewzp1.eastmoney.com"):
            replica.replies[name, path_of(capture["url"])] = [Reply(404, b"gone", {})]
        replica.replies["app.jg.eastmoney.com", path_of(capture["url"]) + "&cid=Admin"] = [Reply(404, b"gone", {})]
    body = replica.reply(SITE_HOST, path_of(old["url"])).body + b"<!-- rebuilt -->"
    replica.replies[SITE_HOST, path_of(old["url"])] = [Reply(200, body, HTML)]
    crawl(replica.origins, archive_root, "-a", "recheck=1")
    (new,) = [entry for entry in index(archive_root / "finews") if entry["id"] == old["id"]]
    assert (new["version"], new["body_from"]) == (1, "share")
    assert (archive_root / "finews" / old["path"]).read_bytes() == before


def test_share_hosts_that_are_gone_for_good_are_no_loss_where_the_shares_own_host_answers(
    tmp_path: Path, replica: ReplicaServer
) -> None:
    gone = {"http://choicewzp1.eastmoney.com": "http://127.0.0.1:9", "http://app.jg.eastmoney.com": "http://127.0.0.1:9"}
    done = crawl(replica.origins | gone, tmp_path, RETRY_TIMES="0")
    missed = {failure["url"].split("/")[2] for failure in report(tmp_path)["failures"]}
    assert missed <= {"choicewzp1.eastmoney.com"}, done.stderr
    result = compare(BUILT, tmp_path / "finews")
    assert (result.missing, result.stray) == ([], [])


def test_share_hosts_that_are_all_gone_are_named_and_every_post_is_made(tmp_path: Path, replica: ReplicaServer) -> None:
    gone = {origin: "http://127.0.0.1:9" for origin in replica.origins if "withounder" not in origin}
    done = crawl(replica.origins | gone, tmp_path, RETRY_TIMES="0")
    assert done.returncode == 1
    assert len(report(tmp_path)["failures"]) > 50
    assert {entry["body_from"] for entry in index(tmp_path / "finews")} == {"page"}
    assert compare(BUILT, tmp_path / "finews").missing == []
    replica.log.clear()
    mended = crawl(replica.origins, tmp_path)
    assert mended.returncode == 0, mended.stderr
    assert compare(BUILT, tmp_path / "finews").good
    # Their pages are asked for once more, so that the captures tell when the texts came: each is a version.
    pages = [asked for asked in replica.log if "/2022/" in asked.path]
    assert {asked.status for asked in pages} == {304}
    assert {entry["version"] for entry in index(tmp_path / "finews") if entry["body_from"] == "share"} == {2}
    assert not [entry["id"] for entry in index(tmp_path / "finews") if "share-unreachable" in entry["notes"]]
