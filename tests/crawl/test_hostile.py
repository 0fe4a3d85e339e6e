"""Servers whose answers are no HTTP, or break off: each is named, nothing is lost for good, and the next run mends it."""

from __future__ import annotations

import gzip
import json
import socket
import threading
from typing import TYPE_CHECKING

import pytest

from tests.archives import a_post, index, report
from tests.replica.build import BUILT
from tests.replica.crawl import crawl, run
from tests.replica.server import SITE_HOST, ReplicaServer, Reply
from tests.replica.truth import compare

if TYPE_CHECKING:
    from pathlib import Path

OK = b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
CHUNKED = OK + b"Transfer-Encoding: chunked\r\n"
#: What stands for the page, for its length, and for its length in hexadecimal digits.
PAGE, NUMBER, HEX = b"{page}", b"{number}", b"{hex}"


def filled(raw: bytes, page: bytes) -> bytes:
    return raw.replace(NUMBER, b"%d" % len(page)).replace(HEX, b"%x" % len(page)).replace(PAGE, page)


READ = {
    "300 headers": OK + b"".join(b"X-%d: a\r\n" % number for number in range(300)) + b"\r\n{page}",
    "a header of 200 kB": OK + b"X-A: " + b"a" * 200_000 + b"\r\n\r\n{page}",
    "the same length twice": OK + b"Content-Length: {number}\r\nContent-Length: {number}\r\n\r\n{page}",
    "chunks and a length": CHUNKED + b"Content-Length: 7\r\n\r\n{hex}\r\n{page}\r\n0\r\n\r\n",
    "more than its length": OK + b"Content-Length: {number}\r\n\r\n{page} and more",
    "a hundred 100s": b"HTTP/1.1 100 Continue\r\n\r\n" * 100 + OK + b"\r\n{page}",
    "no reason": b"HTTP/1.1 200\r\n\r\n{page}",
    "a type that is none": b"HTTP/1.1 200 OK\r\nContent-Type: \xff;;charset=\xe9\r\nETag: \xff\r\nDate: \xff\r\n\r\n{page}",
}
NAMED = {
    "a header of 1 MB": OK + b"X-A: " + b"a" * 1_000_000 + b"\r\n\r\n{page}",
    "an endless header": OK + b"X-A: " + b"a" * 3_000_000,
    "20,000 headers": OK + b"".join(b"X-%d: a\r\n" % number for number in range(20_000)) + b"\r\n{page}",
    "NUL": OK + b"X-A: a\0b\r\n\r\n{page}",
    "a line without a colon": OK + b"nonsense\r\n\r\n{page}",
    "two lengths": OK + b"Content-Length: {number}\r\nContent-Length: 5\r\n\r\n{page}",
    "a list of lengths": OK + b"Content-Length: {number}, {number}\r\n\r\n{page}",
    "a length that is none": OK + b"Content-Length: -5\r\n\r\n{page}",
    "less than its length": OK + b"Content-Length: 99999\r\n\r\n{page}",
    "chunks without an end": CHUNKED + b"\r\n{hex}\r\n{page}\r\n",
    "a chunk that is none": CHUNKED + b"\r\nzz\r\n{page}",
    "204 with a body": b"HTTP/1.1 204 No Content\r\nContent-Length: {number}\r\n\r\n{page}",
    "304 to an unconditional request": b"HTTP/1.1 304 Not Modified\r\n\r\n",
    "101": b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n{page}",
    "status 000": b"HTTP/1.1 000 x\r\nContent-Length: {number}\r\n\r\n{page}",
    "status 042": b"HTTP/1.1 042 x\r\nContent-Length: {number}\r\n\r\n{page}",
    "status 999": b"HTTP/1.1 999 x\r\nContent-Length: {number}\r\n\r\n{page}",
    "a part": b"HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-4/99\r\nContent-Length: 5\r\n\r\n<html",
    "HTTP/0.9": b"{page}",
    "no HTTP": bytes(range(256)),
    "nothing": b"",
    "half a head": OK[:-6],
    "a bomb": OK + b"Content-Encoding: gzip\r\n\r\n" + gzip.compress(b"\0" * 80_000_000),
    "a redirect to no address": b"HTTP/1.1 301 x\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n",
    "a redirect to a script": b"HTTP/1.1 301 x\r\nLocation: javascript:alert(1)\r\nContent-Length: 0\r\n\r\n",
    "a redirect to a port that is none": b"HTTP/1.1 301 x\r\nLocation: //a.example:99999/\r\nContent-Length: 0\r\n\r\n",
}


def with_reply(replica: ReplicaServer, crawled: Path, reply: Reply) -> tuple[str, str]:
    """The address and the digest of a post that is answered like this."""
    post = a_post(crawled)
    path = "/" + post["url"].split("/", 3)[3]
    if reply.raw is not None:
        reply.raw = filled(reply.raw, replica.reply(SITE_HOST, path).body)
    replica.replies[SITE_HOST, path] = [reply]
    return post["url"], post["sha256"]


@pytest.mark.parametrize("raw", READ.values(), ids=READ)
def test_odd_answers_are_read(tmp_path: Path, crawled: Path, replica: ReplicaServer, raw: bytes) -> None:
    url, sha256 = with_reply(replica, crawled, Reply(200, raw=raw))
    done = crawl(replica.origins, tmp_path)
    assert done.returncode == 0, done.stderr
    assert [entry["sha256"] for entry in index(tmp_path / "finews") if entry["url"] == url] == [sha256]


@pytest.mark.parametrize("raw", NAMED.values(), ids=NAMED)
def test_what_cannot_be_read_is_named_and_had_by_the_next_run(
    tmp_path: Path, crawled: Path, replica: ReplicaServer, raw: bytes
) -> None:
    url, _ = with_reply(replica, crawled, Reply(200, raw=raw))
    done = crawl(replica.origins, tmp_path, RETRY_TIMES="1")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "DOWNLOAD_FAIL_ON_DATALOSS" not in done.stderr
    assert [failure["url"] for failure in report(tmp_path)["failures"]] == [url]
    verified = run("verify", "finews", settings={"ARCHIVE_ROOT": str(tmp_path)})
    assert verified.returncode == 0, verified.stdout
    replica.replies.clear()
    again = crawl(replica.origins, tmp_path)
    assert again.returncode == 0, again.stderr
    assert compare(BUILT, tmp_path / "finews").good


@pytest.mark.parametrize("raw", [OK + b"X-A: b\r\n" * 1000, OK + b"\r\n" + b"<p>" * 1000], ids=["head", "body"])
def test_an_answer_that_drips_takes_no_longer_than_the_timeout(
    tmp_path: Path, crawled: Path, replica: ReplicaServer, raw: bytes
) -> None:
    url, _ = with_reply(replica, crawled, Reply(200, raw=raw, drip=0.1))
    done = crawl(replica.origins, tmp_path, RETRY_TIMES="0", DOWNLOAD_TIMEOUT="4", CONCURRENT_REQUESTS="4")
    assert done.returncode == 1
    failures = {failure["url"]: failure["reason"] for failure in report(tmp_path)["failures"]}  # a busy machine may add to them
    assert failures[url].endswith(": no whole answer within DOWNLOAD_TIMEOUT")


def test_a_port_that_speaks_no_tls_is_named(tmp_path: Path, replica: ReplicaServer) -> None:
    origin = replica.origins[f"https://{SITE_HOST}"].replace("http:", "https:")
    done = crawl(replica.origins | {f"https://{SITE_HOST}": origin}, tmp_path, RETRY_TIMES="0")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert "could not be had (127.0.0.1:" in report(tmp_path)["failures"][0]["reason"]


def test_a_port_that_hangs_up_in_the_handshake_is_named(tmp_path: Path, replica: ReplicaServer) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:

        def hang_up() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                connection.recv(1)
                connection.close()

        threading.Thread(target=hang_up, daemon=True).start()
        origin = f"https://127.0.0.1:{server.getsockname()[1]}"
        done = crawl(replica.origins | {f"https://{SITE_HOST}": origin}, tmp_path, RETRY_TIMES="0")
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert json.dumps(report(tmp_path)["failures"]).count("could not be had (127.0.0.1:") == 2
