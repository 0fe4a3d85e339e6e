"""``-a via=wayback`` with the Wayback Machine's own forms, where pywb's differ."""

from __future__ import annotations

import json
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest

from crawler.archive.catalog.catalog import Catalog
from crawler.archive.payloads import Payloads
from crawler.sites.finews import facts
from tests.archives import index
from tests.crawl.post_files import posts, sound
from tests.replica.crawl import FAST, run

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.archive.catalog.schema import CaptureRow


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
