"""``-a via=wayback``: the same spider, with a web archive in the site's place."""

from __future__ import annotations

import gzip
import json
import uuid
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.archive.catalog.catalog import Catalog
from crawler.archive.forgotten import exclude, forgotten
from crawler.archive.payloads import Payloads
from crawler.sites.finews import facts
from crawler.warc.content_encoding import decoded
from tests.archives import a_post, index, record_at, report
from tests.batch.conftest import tree
from tests.pywb import served
from tests.replica.crawl import FAST, run

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.archive.catalog.schema import CaptureRow


@pytest.fixture(scope="module")
def pywb(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("pywb"), (crawled / "finews" / "captures").iterdir()) as address:
        yield address


def crawl(address: str, root: Path, *arguments: str, cdx: str = "cdx", **more: str) -> subprocess.CompletedProcess[str]:
    settings = FAST | {"WAYBACK": f"{address}/", "WAYBACK_CDX": f"{address}/{cdx}", "ARCHIVE_ROOT": str(root)}
    return run("crawl", "finews", "-a", "via=wayback", *arguments, settings=settings | more)


def sound(root: Path) -> None:
    for command in (("rebuild", "finews", "--diff"), ("verify", "finews")):
        done = run(*command, settings={"ARCHIVE_ROOT": str(root)})
        assert done.returncode == 0, done.stdout


def posts(archive: Path) -> dict[str, bytes]:
    return {name: content for name, content in tree(archive).items() if name != "index.jsonl"}


def test_every_post_comes_out_of_pywb(pywb: str, crawled: Path, tmp_path: Path) -> None:
    done = crawl(pywb, tmp_path)
    assert done.returncode == 0, done.stderr
    assert posts(tmp_path / "finews") == posts(crawled / "finews")
    made = {entry["id"]: entry for entry in index(tmp_path / "finews")}
    for entry in index(crawled / "finews"):
        assert made[entry["id"]]["url"] == entry["url"]
        assert made[entry["id"]]["first_seen"][:19] == entry["first_seen"][:19]
        assert made[entry["id"]]["body_from"] == entry["body_from"]
    urls = {row[1] for row in Catalog(tmp_path / "finews" / "catalog.sqlite")._db.execute("SELECT id, url FROM captures")}
    assert {url.split("/")[2] for url in urls} <= {facts.HOST, *facts.SHARE_HOSTS}
    sound(tmp_path)
    again = crawl(pywb, tmp_path)
    assert again.returncode == 0, again.stderr
    assert "0 new, 0 changed, 0 gone posts" in again.stderr


def test_what_was_forgotten_does_not_come_back_out_of_a_web_archive(pywb: str, crawled: Path, tmp_path: Path) -> None:
    post_id = a_post(crawled)["id"]
    (tmp_path / "finews").mkdir()
    exclude(tmp_path / "finews", post_id, "asked for", datetime(2022, 3, 4, tzinfo=UTC))
    done = crawl(pywb, tmp_path)
    assert done.returncode == 0, done.stderr
    assert forgotten(tmp_path / "finews") == {post_id}
    assert {entry["id"] for entry in index(tmp_path / "finews")} == {entry["id"] for entry in index(crawled / "finews")} - {
        post_id
    }
    urls = [url for _, url in Catalog(tmp_path / "finews" / "catalog.sqlite")._db.execute("SELECT id, url FROM captures")]
    assert [url for url in urls if post_id in facts.about(url)] == []


def test_some_days_of_it(pywb: str, tmp_path: Path) -> None:
    done = crawl(pywb, tmp_path, "-a", "since=2022-03-02", "-a", "until=2029-12")
    assert done.returncode == 0, done.stderr
    days = {facts.post_day(entry["url"]) for entry in index(tmp_path / "finews")}
    assert days
    assert min(days) >= "2022-03-02"
    none = crawl(pywb, tmp_path / "none", "-a", "since=2030-01", "-a", "until=2030-02")
    assert "0 new, 0 changed, 0 gone posts" in none.stderr


def test_a_number_of_posts(pywb: str, tmp_path: Path) -> None:
    crawl(pywb, tmp_path, "-a", "limit=5")
    assert len(index(tmp_path / "finews")) <= 5


def compressed(collection: Path) -> str:
    """Make a second index of a collection, of compressed blocks of ten lines: pywb then lists two blocks a page."""
    lines = sorted((collection / "indexes" / "index.cdxj").read_bytes().splitlines(keepends=True))
    blocks, entries, position = b"", b"", 0
    for number, start in enumerate(range(0, len(lines), 10)):
        block = gzip.compress(b"".join(lines[start : start + 10]))
        key = b" ".join(lines[start].split(b" ")[:2])
        entries += key + b"\tblocks.gz\t%d\t%d\t%d\n" % (position, len(block), number + 1)
        blocks, position = blocks + block, position + len(block)
    for name, content in {"blocks.gz": blocks, "all.idx": entries, "all.loc": b"blocks.gz\tblocks.gz\n"}.items():
        (collection / name).write_bytes(content)
    index = f"{{type: zipnum, path: {collection / 'all.idx'}, max_blocks: 2}}"
    return f"collections:\n  zip:\n    index: {index}\n    archive_paths: {collection / 'archive'}/\n"


@pytest.mark.parametrize("arguments", [(), ("-a", "since=2022-03-02", "-a", "until=2029-12")])
def test_every_page_of_a_compressed_index_is_read(crawled: Path, tmp_path: Path, arguments: tuple[str, ...]) -> None:
    files = (crawled / "finews" / "captures").iterdir()
    with served(tmp_path / "pywb", files, configure=compressed) as address:
        done = crawl(address.replace("/web", "/zip"), tmp_path, *arguments)
        assert done.returncode == 0, done.stderr
        whole = crawl(address, tmp_path / "whole", *arguments)
        assert whole.returncode == 0, whole.stderr
    assert posts(tmp_path / "finews") == posts(tmp_path / "whole" / "finews")
    if not arguments:
        assert posts(tmp_path / "finews") == posts(crawled / "finews")


def test_captures_are_had_by_redirects_to_their_exact_times(crawled: Path, tmp_path: Path) -> None:
    files = (crawled / "finews" / "captures").iterdir()
    with served(tmp_path / "pywb", files, configure=lambda _: "redirect_to_exact: true\n") as address:
        done = crawl(address, tmp_path)
        assert done.returncode == 0, done.stderr
        assert posts(tmp_path / "finews") == posts(crawled / "finews")
        assert crawl(address, tmp_path).returncode == 0
        assert "memento" not in report(tmp_path)["requests"]["by_kind"]


def test_more_captures_than_are_asked_for_at_once(crawled: Path, tmp_path: Path) -> None:
    """pywb heeds the limit and gives no resume key; all captures are of one second, and the wanted ones the last."""
    entry = a_post(crawled)
    row = Catalog(crawled / "finews" / "catalog.sqlite", read_only=True).latest(entry["url"], found=True)
    assert row is not None
    record = record_at(crawled / "finews" / "captures" / row.file, row.offset)
    with (tmp_path / "many.warc").open("wb") as file:
        for number in range(5100):
            file.write(one_record(f"https://{facts.HOST}/aaa/{number}.txt", b"nothing", "404 Not Found"))
        file.write(one_record(entry["url"], decoded(record.payload, record.headers), "200 OK"))
    with served(tmp_path / "pywb", [tmp_path / "many.warc"]) as address:
        done = crawl(address, tmp_path)
    assert done.returncode == 0, done.stderr
    assert [one["id"] for one in index(tmp_path / "finews")] == [entry["id"]]


def one_record(url: str, body: bytes, status: str) -> bytes:
    """A WARC record of a response, as some other tool writes it."""
    block = (
        f"HTTP/1.1 {status}\r\nContent-Type: text/html; charset=utf-8\r\nContent-Length: {len(body)}\r\n\r\n".encode() + body
    )
    head = [
        "WARC/1.0",
        "WARC-Type: response",
        f"WARC-Record-ID: <urn:uuid:{uuid.uuid4()}>",
        f"WARC-Target-URI: {url}",
        "WARC-Date: 2022-03-03T12:00:00Z",
        "Content-Type: application/http; msgtype=response",
        f"Content-Length: {len(block)}",
    ]
    return "\r\n".join(head).encode() + b"\r\n\r\n" + block + b"\r\n\r\n"


class Machine:
    """The Wayback Machine's forms where pywb's differ: rows of arrays in pages, and redirects to the nearest capture."""

    def __init__(self, archive: Path) -> None:
        self.catalog = catalog = Catalog(archive / "catalog.sqlite")
        rows = [catalog.capture(number) for number in range(1, catalog.last_id + 1)]
        self.rows = {row.url: row for row in rows if row is not None and row.status == 200}
        self._payloads = Payloads(lambda name: archive / "captures" / name, catalog.capture)
        self.asked: list[str] = []

    def stamp(self, row: CaptureRow) -> str:
        return "".join(filter(str.isdigit, row.time))[:14]

    def cdx(self, query: dict[str, list[str]]) -> bytes:
        host, start = query["url"][0], int(query.get("resumeKey", ["0"])[0])
        rows = [row for url, row in sorted(self.rows.items()) if url.split("/")[2] == host]
        page = [
            ["com", self.stamp(row), row.url, "text/html", "200", row.payload_digest[5:], "1"]
            for row in rows[start : start + 20]
        ]
        more = [[], [str(start + 20)]] if start + 20 < len(rows) else []
        head = ["urlkey", "timestamp", "original", "mimetype", "statuscode", "digest", "length"]
        return json.dumps([head, *page, *more] if page else []).encode()

    def answer(self, path: str) -> tuple[int, dict[str, str], bytes]:
        self.asked.append(path)
        parts = urlsplit(path)
        if parts.path == "/cdx/search/cdx":
            return 200, {"Content-Type": "application/json"}, self.cdx(parse_qs(parts.query))
        if not path.startswith("/web/"):
            return 404, {}, b""
        stamp, _, url = path.removeprefix("/web/").partition("id_/")
        row = self.rows.get(url)
        if row is None:
            return 404, {"Content-Type": "text/html"}, b"The Wayback Machine has not archived that URL."
        if stamp != self.stamp(row):
            return 302, {"Location": f"/web/{self.stamp(row)}id_/{url}"}, b""
        record = self._payloads.read(row)
        headers = {f"X-Archive-Orig-{name}": value for name, value in record.headers}
        coding = {name: value for name, value in record.headers if name.lower() in ("content-type", "content-encoding")}
        from datetime import datetime
        from email.utils import format_datetime

        date = format_datetime(datetime.fromisoformat(row.time).replace(microsecond=0), usegmt=False)
        return 200, {**headers, **coding, "Memento-Datetime": date.replace("+0000", "GMT")}, record.payload


@pytest.fixture
def machine(crawled: Path) -> Iterator[tuple[Machine, str]]:
    wayback = Machine(crawled / "finews")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, headers, body = wayback.answer(self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    yield wayback, f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()
    wayback.catalog.close()


def ask(address: str, root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """With the project's own settings, and the Wayback Machine's address mapped."""
    settings = FAST | {"ORIGINS": json.dumps({"https://web.archive.org": address}), "ARCHIVE_ROOT": str(root)}
    return run("crawl", "finews", "-a", "via=wayback", *arguments, settings=settings)


def test_the_wayback_machine_s_own_forms(machine: tuple[Machine, str], crawled: Path, tmp_path: Path) -> None:
    wayback, address = machine
    done = ask(address, tmp_path, "-a", "since=2021-01", "-a", "until=2022-12")
    assert done.returncode == 0, done.stderr
    assert posts(tmp_path / "finews") == posts(crawled / "finews")
    listed = [path for path in wayback.asked if path.startswith("/cdx/")]
    assert "matchType=host&from=20210101&to=20230131&output=json" in listed[0]
    assert any("resumeKey=20" in path for path in listed)
    assert "/robots.txt" in wayback.asked
    sound(tmp_path)


def test_what_the_web_archive_has_not_is_named(machine: tuple[Machine, str], tmp_path: Path) -> None:
    wayback, address = machine
    gone = next(url for url in wayback.rows if facts.kind(url) == "post")
    answer = wayback.answer

    def without(path: str) -> tuple[int, dict[str, str], bytes]:
        return (404, {}, b"") if path.endswith(gone) else answer(path)

    wayback.answer = without  # type: ignore[method-assign]
    done = ask(address, tmp_path)
    assert done.returncode == 1
    assert f"failed: {gone}: HTTP 404 from https://web.archive.org/web/" in done.stderr
    assert gone not in {entry["url"] for entry in index(tmp_path / "finews")}


def test_another_page_than_the_one_asked_for_is_no_capture_of_it(machine: tuple[Machine, str], tmp_path: Path) -> None:
    wayback, address = machine
    one, other = [url for url in wayback.rows if facts.kind(url) == "post"][:2]
    answer = wayback.answer

    def swapped(path: str) -> tuple[int, dict[str, str], bytes]:
        if path.endswith(one):
            return 302, {"Location": f"/web/{wayback.stamp(wayback.rows[other])}id_/{other}"}, b""
        return answer(path)

    wayback.answer = swapped  # type: ignore[method-assign]
    done = ask(address, tmp_path)
    assert done.returncode == 1
    assert f"failed: {one}: HTTP 200 from" in done.stderr
    assert one not in {entry["url"] for entry in index(tmp_path / "finews")}


@pytest.mark.parametrize("body", [b"<html>busy</html>", b"{"])
def test_a_listing_that_is_none_is_named(machine: tuple[Machine, str], tmp_path: Path, body: bytes) -> None:
    wayback, address = machine
    wayback.answer = lambda _: (200, {}, body)  # type: ignore[method-assign]
    done = ask(address, tmp_path)
    assert done.returncode == 1
    assert "no CDX listing" in done.stderr
    assert "Traceback" not in done.stderr
