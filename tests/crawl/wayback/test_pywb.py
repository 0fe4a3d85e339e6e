"""``-a via=wayback``: the same spider, with pywb in the site's place."""

from __future__ import annotations

import gzip
import uuid
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from crawler.archive.catalog.catalog import Catalog
from crawler.archive.forgotten import exclude, forgotten
from crawler.sites.finews import facts
from crawler.warc.content_encoding import decoded
from tests.archives import a_post, index, record_at, report
from tests.crawl.post_files import posts, sound
from tests.pywb import served
from tests.replica.crawl import FAST, run

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def pywb(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with served(tmp_path_factory.mktemp("pywb"), (crawled / "finews" / "captures").iterdir()) as address:
        yield address


def crawl(address: str, root: Path, *arguments: str, cdx: str = "cdx", **more: str) -> subprocess.CompletedProcess[str]:
    settings = FAST | {"WAYBACK": f"{address}/", "WAYBACK_CDX": f"{address}/{cdx}", "ARCHIVE_ROOT": str(root)}
    return run("crawl", "finews", "-a", "via=wayback", *arguments, settings=settings | more)


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
