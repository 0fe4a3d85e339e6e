"""What becomes evidence of a site, and what is named instead."""

from __future__ import annotations

import gzip
import json
from typing import TYPE_CHECKING

import pytest

from crawler.warc.listing import listing
from tests.linear.pages import PAGE as POST
from tests.linear.pages import URL
from tests.replica.crawl import run
from tests.warc.others import Made, b32, chunks

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (POST % {"title": "题目", "body": "<p>正文</p>", "tag": "东篱日报新闻"}).encode()
PACKED = gzip.compress(PAGE)
GZIP = "Content-Encoding: gzip"
TAKEN: dict[str, Made] = {
    "a resource": Made(type="resource", stored=PAGE, media="Content-Type: text/html"),
    "digest of the decoded body": Made(stored=PACKED, headers=(GZIP,), digest=b32(PAGE)),
    "digest of the decoded body in chunks": Made(
        stored=chunks(PACKED), headers=(GZIP, "Transfer-Encoding: chunked"), digest=b32(PAGE)
    ),
    "h2": Made(status="h2 200"),
    "a date of ARC": Made(date="20220301120000"),
    "the length before decoding, of a small body": Made(headers=("Content-Length: 40",)),
    "decoded, with the length before": Made(headers=(GZIP, f"Content-Length: {len(PAGE) + 999}")),
}
NAMED: dict[str, tuple[Made, str]] = {
    "a conversion": (Made(type="conversion", media="Content-Type: text/plain"), "a conversion of"),
    "cut short by the archiver": (Made(more=("WARC-Truncated: length",)), "WARC-Truncated: length"),
    "a segment": (Made(more=("WARC-Segment-Number: 1",)), "segment 1"),
    "a resource cut short": (Made(type="resource", more=("WARC-Truncated: time",)), "WARC-Truncated: time"),
    "a connection that broke off": (Made(headers=(f"Content-Length: {len(PAGE) + 99}",)), "the body breaks off"),
    "a digest of something else": (Made(stored=PACKED, headers=(GZIP,), digest=b32(b"else")), "not what its digest says"),
    "a length that is too small": (Made(length=900), "Content-Length is 900"),
}


def made(one: Made) -> bytes:
    from dataclasses import replace

    one = replace(one, url=URL, body=PAGE)
    if one.type in ("resource", "conversion"):  # no head of HTTP
        head, _, _ = replace(one, length=len(PAGE)).content.partition(b"\r\n\r\n")
        return head + b"\r\n\r\n" + PAGE + b"\r\n\r\n"
    return one.content


def imported(tmp_path: Path, one: Made) -> tuple[int, int, str]:
    (tmp_path / "x.warc.gz").write_bytes(gzip.compress(made(one)))
    done = run("import", str(tmp_path / "x.warc.gz"), "--site", "finews", "-s", f"ARCHIVE_ROOT={tmp_path}")
    index = tmp_path / "finews/index.jsonl"
    return done.returncode, index.read_bytes().count(b"\n") if index.exists() else 0, done.stdout + done.stderr


def rebuilt(tmp_path: Path, one: Made) -> tuple[int, int, str]:
    (tmp_path / "x.warc.gz").write_bytes(gzip.compress(made(one)))
    target = tmp_path / "out"
    given = ("--from", str(tmp_path / "x.warc.gz"), "--output", str(target), "-s", f"ARCHIVE_ROOT={tmp_path}")
    done = run("rebuild", "finews", *given)
    index = target / "index.jsonl"
    return done.returncode, index.read_bytes().count(b"\n") if index.exists() else 0, done.stdout + done.stderr


@pytest.mark.parametrize("kind", TAKEN)
def test_what_is_taken(tmp_path: Path, kind: str) -> None:
    for read in (imported, rebuilt):
        code, posts, said = read(tmp_path, TAKEN[kind])
        assert (code, posts) == (0, 1), said


@pytest.mark.parametrize("kind", NAMED)
def test_what_is_named_and_gives_no_post(tmp_path: Path, kind: str) -> None:
    one, reason = NAMED[kind]
    code, posts, said = imported(tmp_path, one)
    assert (code, posts) == (1, 0)
    assert reason in said
    if kind not in ("a connection that broke off", "a digest of something else"):  # a rebuild reads those all the same
        code, posts, said = rebuilt(tmp_path, one)
        assert (code, posts) == (1, 0)
        assert reason in said


def test_conversions_of_other_sites_are_not_named(tmp_path: Path) -> None:
    (tmp_path / "x.warc").write_bytes(Made(type="conversion").content + made(Made()))
    assert run("import", str(tmp_path / "x.warc"), "--site", "finews", "-s", f"ARCHIVE_ROOT={tmp_path}").returncode == 0


def test_a_resource_is_listed_with_its_status_and_the_body_that_it_has(tmp_path: Path) -> None:
    (tmp_path / "x.warc").write_bytes(made(TAKEN["a resource"]))
    (line,) = listing(tmp_path / "x.warc", "x")
    assert (line.type, line.status, line.bytes, line.fault) == ("resource", 200, len(PAGE), None)


def test_a_resource_that_begins_as_an_answer_does_is_no_answer(tmp_path: Path) -> None:
    block = b"HTTP/1.1 404 Not Found\r\n\r\n" + PAGE
    head = f"WARC/1.0\r\nWARC-Type: resource\r\nWARC-Target-URI: {URL}\r\nWARC-Date: 2022-03-03\r\nContent-Length: {len(block)}\r\n\r\n"
    (tmp_path / "x.warc.gz").write_bytes(gzip.compress(head.encode() + block + b"\r\n\r\n"))
    given = ("--from", str(tmp_path / "x.warc.gz"), "--output", str(tmp_path / "out"), "-s", f"ARCHIVE_ROOT={tmp_path}")
    done = run("rebuild", "finews", *given, "--json")
    assert json.loads(done.stdout)["posts"] <= 1
    (line,) = listing(tmp_path / "x.warc.gz", "x")
    assert (line.status, line.bytes) == (200, len(block))
