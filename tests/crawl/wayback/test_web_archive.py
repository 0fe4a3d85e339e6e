"""What web archives give that is not as it should be: bodies, times, redirects."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

import brotli
import pytest
import zstandard

from crawler.archive.catalog.catalog import Catalog
from tests.archives import index, report
from tests.batch.conftest import tree
from tests.crawl.post_files import posts, sound
from tests.crawl.wayback.web_archive import DATE, STAMP, Captured, WebArchive
from tests.replica.crawl import run
from tests.serving import Reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Replay = Callable[[Captured, str], Reply]


def chunked(body: bytes, size: int = 1000) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + b"0\r\n\r\n"


def sent(body: bytes, **headers: str) -> Reply:
    """A replayed body whose headers are these only, with those that every replay has."""
    usual = {"Memento-Datetime": DATE, "Content-Type": "text/html; charset=utf-8"}
    return Reply(200, body, usual | {name.replace("_", "-"): value for name, value in headers.items()})


ORIG, ORIG_TE = "X_Archive_Orig_Content_Encoding", "X_Archive_Orig_Transfer_Encoding"
ZSTD = zstandard.ZstdCompressor().compress
BODIES: dict[str, Callable[[bytes], Reply]] = {
    "plain": sent,
    "gzip, the original header only": lambda body: sent(gzip.compress(body), **{ORIG: "gzip", "Content_Encoding": "identity"}),
    "gzip, a blank header": lambda body: sent(gzip.compress(body), Content_Encoding=""),
    "gzip, no header": lambda body: sent(gzip.compress(body), Content_Length=str(len(gzip.compress(body)))),
    "gzip, both headers": lambda body: sent(gzip.compress(body), **{ORIG: "gzip", "Content_Encoding": "gzip"}),
    "gzip twice": lambda body: sent(gzip.compress(gzip.compress(body)), **{ORIG: "x-gzip", "Content_Encoding": "gzip"}),
    "zlib": lambda body: sent(zlib.compress(body), **{ORIG: "deflate", "Content_Encoding": ""}),
    "zlib, no header": lambda body: sent(zlib.compress(body), Content_Encoding=""),
    "bare deflate": lambda body: sent(zlib.compress(body)[2:-4], **{ORIG: "deflate", "Content_Encoding": ""}),
    "brotli": lambda body: sent(brotli.compress(body), **{ORIG: "br", "Content_Encoding": ""}),
    "brotli, no header": lambda body: sent(brotli.compress(body), Content_Encoding=""),
    "brotli in gzip": lambda body: sent(gzip.compress(brotli.compress(body)), **{ORIG: "br", "Content_Encoding": "gzip"}),
    "zstd": lambda body: sent(ZSTD(body), **{ORIG: "zstd", "Content_Encoding": ""}),
    "gzip said, body plain": lambda body: sent(body, Content_Encoding="gzip"),
    "brotli said, body plain": lambda body: sent(body, **{ORIG: "br", "Content_Encoding": ""}),
    "chunks": lambda body: sent(chunked(body), **{ORIG_TE: "chunked"}),
    "chunks, no header": lambda body: sent(chunked(body), Content_Encoding=""),
    "chunks in gzip": lambda body: sent(gzip.compress(chunked(body)), **{ORIG_TE: "chunked", "Content_Encoding": "gzip"}),
    "gzip in chunks": lambda body: sent(
        chunked(gzip.compress(body)), **{ORIG_TE: "chunked", ORIG: "gzip", "Content_Encoding": ""}
    ),
    "chunks said, body whole": lambda body: sent(body, **{ORIG_TE: "chunked"}),
}


@pytest.fixture(scope="module")
def plain(known: list[Captured], tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """The files that the captures give if every one is replayed as it should be."""
    root = tmp_path_factory.mktemp("plain")
    with WebArchive(known) as archive:
        done = archive.crawl(root)
    assert done.returncode == 0, done.stderr
    assert {entry["body_from"] for entry in index(root / "finews")} == {"share"}
    return posts(root / "finews")


def times(root: Path) -> dict[str, list[tuple[str, int]]]:
    """When, and with which status, each address was captured."""
    catalog = Catalog(root / "finews" / "catalog.sqlite", read_only=True)
    found: dict[str, list[tuple[str, int]]] = {}
    for url, time, status in catalog.rows("SELECT url, time, status FROM captures ORDER BY id"):
        found.setdefault(str(url), []).append((str(time)[:19], int(str(status))))
    catalog.close()
    return found


def test_a_body_comes_out_however_it_is_encoded(archive: WebArchive, plain: dict[str, bytes], tmp_path: Path) -> None:
    for one, encoded in zip(archive.pages, BODIES.values(), strict=True):
        one.replay = lambda _, one=one, encoded=encoded: encoded(one.body)  # type: ignore[misc]
    done = archive.crawl(tmp_path / "one")
    assert done.returncode == 0, done.stderr
    assert posts(tmp_path / "one" / "finews") == plain
    sound(tmp_path / "one")
    captures = tmp_path / "one" / "finews" / "captures"
    done = run("import", "--site", "finews", str(captures), settings={"ARCHIVE_ROOT": str(tmp_path / "two")})
    assert done.returncode == 0, done.stdout + done.stderr
    assert posts(tmp_path / "two" / "finews") == plain
    archive.log.clear()
    assert archive.crawl(tmp_path / "two").returncode == 0
    assert archive.asked == []


def nearest(one: Captured, stamp: str, *locations: str) -> Reply:
    """A redirect to the capture five minutes later, over these addresses."""
    if stamp == "20220303120500":
        return one.reply(Memento_Datetime="Thu, 03 Mar 2022 12:05:00 GMT")
    return Reply(302, b"", {"Location": locations[0].format(url=one.url)})


def chain(one: Captured, stamp: str) -> Reply:
    after = {STAMP: "20220303120100", "20220303120100": "20220303120200", "20220303120200": "20220303120500"}.get(stamp, "")
    return nearest(one, stamp, f"/web/{after}id_/{{url}}")


LED: dict[str, Replay] = {
    "relative": lambda one, stamp: nearest(one, stamp, "/web/20220303120500id_/{url}"),
    "without id_": lambda one, stamp: nearest(one, stamp, "/web/20220303120500/{url}"),
    "chain": chain,
    "other form of the address": lambda one, _: Reply(
        302, b"", {"Location": f"/web/20220303120500id_/{one.url.replace('https:', 'http:')}"}
    ),
    "no redirect": lambda one, _: one.reply(Memento_Datetime="Thu, 03 Mar 2022 12:05:00 GMT"),
    "Content-Location": lambda one, _: one.reply(
        Memento_Datetime="-", Content_Location=f"http://archive.example/web/20220303120500id_/{one.url}"
    ),
}


def test_what_was_asked_and_what_it_led_to_is_remembered(archive: WebArchive, tmp_path: Path) -> None:
    chosen = list(zip(archive.pages, LED.items(), strict=False))
    archive.captured = {}
    for page, (name, replay) in chosen:
        page.replay = lambda stamp, page=page, replay=replay: replay(page, stamp)  # type: ignore[misc]
        archive.captured[page.url] = page
        if name.startswith("other form"):
            twin = Captured(page.url.replace("https:", "http:"), page.body, page.kind, status="404")
            twin.replay = lambda _, twin=twin: twin.reply(Memento_Datetime="Thu, 03 Mar 2022 12:05:00 GMT")  # type: ignore[misc]
            archive.captured[twin.url] = twin
    done = archive.crawl(tmp_path)
    assert done.returncode == 0, done.stderr
    assert len(index(tmp_path / "finews")) == len(LED)
    found = times(tmp_path)
    assert all(found[page.url] == [("2022-03-03T12:05:00", 200)] for page, _ in chosen), found
    assert archive.asked
    before = tree(tmp_path / "finews")
    for _ in range(2):
        assert archive.crawl(tmp_path).returncode == 0
        assert archive.asked == []
    assert tree(tmp_path / "finews") == before
    assert run("catalog", "finews", settings={"ARCHIVE_ROOT": str(tmp_path)}).returncode == 0
    archive.crawl(tmp_path)
    assert archive.asked == []


NOWHERE: dict[str, tuple[Replay, str]] = {
    "circle": (
        lambda one, stamp: Reply(302, b"", {"Location": f"/web/{int(stamp) % 2 + 20220303120000}id_/{one.url}"}),
        "redirects lead nowhere",
    ),
    "for ever": (
        lambda one, stamp: Reply(302, b"", {"Location": f"/web/{int(stamp) + 1}id_/{one.url}"}),
        "redirects lead nowhere",
    ),
    "other host": (
        lambda one, _: Reply(302, b"", {"Location": f"http://elsewhere.example/web/{STAMP}id_/{one.url}"}),
        "which leads to http://elsewhere.example/web/",
    ),
    "the site": (lambda one, _: Reply(302, b"", {"Location": one.url}), "which leads to https://finews"),
    "no location": (lambda _one, _: Reply(302, b"", {}), "HTTP 302 from"),
    "its own page": (
        lambda one, _: Reply(200, one.body, {"Content-Type": "text/html"}),
        "no header Memento-Datetime or X-Archive-Orig-…; see whether WAYBACK is where captures are replayed",
    ),
    "no time": (
        lambda one, _: one.reply(Memento_Datetime="-", Content_Location=f"/web/20229999999999id_/{one.url}"),
        "tells when it was captured",
    ),
    "gone since": (lambda _one, _: Reply(404, b"none", {}), "lists it, and cannot replay it"),
    "not found then": (
        lambda _one, _: Reply(404, b"none", {"Memento-Datetime": DATE}),
        "listed with HTTP 200, and replayed with HTTP 404",
    ),
    "its redirect": (
        lambda _one, _: Reply(301, b"moved", {"Memento-Datetime": DATE, "Location": "https://finews.withounder.com/else"}),
        "listed with HTTP 200, and replayed with HTTP 301",
    ),
}


def test_what_leads_nowhere_is_named_and_the_site_itself_is_not_asked(archive: WebArchive, tmp_path: Path) -> None:
    chosen = list(zip(archive.pages, NOWHERE.values(), strict=False))
    archive.captured = {page.url: page for page, _ in chosen}
    for page, (replay, _) in chosen:
        page.replay = lambda stamp, page=page, replay=replay: replay(page, stamp)  # type: ignore[misc]
    done = archive.crawl(tmp_path)
    assert done.returncode == 1
    failures = {one["url"]: one["reason"] for one in report(tmp_path)["failures"]}
    for page, (_, told) in chosen:
        assert told in failures.pop(page.url), page.url
    assert failures == {}
    assert {status for rows in times(tmp_path).values() for _, status in rows} == {301, 404}
    assert "Traceback" not in done.stderr


DATES = {
    "Thu, 03 Mar 2022 12:00:00 GMT": "2022-03-03T12:00:00",
    "Thu, 03 Mar 2022 12:00:00 UTC": "2022-03-03T12:00:00",
    "Thu, 03 Mar 2022 12:00:00 -0000": "2022-03-03T12:00:00",
    "Thu, 03 Mar 2022 12:00:00 +0000": "2022-03-03T12:00:00",
    "Thu, 03 Mar 2022 12:00:00 +0100": "2022-03-03T11:00:00",
    "Thu, 03 Mar 2022 12:00:00": "2022-03-03T12:00:00",
    "2022-03-03": "2022-03-03T12:00:00",
    "Thu, 99 Mar 2022 12:00:00 GMT": "2022-03-03T12:00:00",
    "": "2022-03-03T12:00:00",
    "-": "2022-03-03T12:00:00",
}


@pytest.mark.parametrize("zone", ["UTC", "Asia/Shanghai"])
def test_the_time_of_a_capture(archive: WebArchive, tmp_path: Path, zone: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", zone)
    chosen = list(zip(archive.pages, DATES, strict=False))
    archive.captured = {page.url: page for page, _ in chosen}
    for page, date in chosen:
        page.replay = lambda _, page=page, date=date: page.reply(Memento_Datetime=date)  # type: ignore[misc]
    done = archive.crawl(tmp_path)
    assert done.returncode == 0, done.stderr
    assert {page.url: times(tmp_path)[page.url] for page, _ in chosen} == {
        page.url: [(DATES[date], 200)] for page, date in chosen
    }
    assert [line for line in report(tmp_path)["warnings"] if "without Memento-Datetime" in line]
