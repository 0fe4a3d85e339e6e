"""An import of years of captures of one address: what a record costs does not grow with those that are there."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from crawler.archive.archive import Archive
from crawler.batch.inputs import gather_inputs
from crawler.sites.declared import load
from crawler.upkeep.importing import Importer
from tests.linear.test_steps import steps

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

URL = "https://finews.withounder.com/"
FIRST = datetime(2022, 3, 3, tzinfo=UTC)


PROFILE = "WARC-Profile: http://netpreserve.org/warc/1.1/revisit/identical-payload-digest\r\n"


def captured(number: int, page: int, *, is_revisit: bool = False) -> bytes:
    """A record of the home page, five minutes after the last one, when it was page number so-and-so."""
    payload = f"page {page}".encode()
    block = b"HTTP/1.1 200 OK\r\n\r\n" + (b"" if is_revisit else payload)
    head = (
        f"WARC/1.1\r\nWARC-Type: {'revisit' if is_revisit else 'response'}\r\nWARC-Target-URI: {URL}\r\n"
        f"{PROFILE if is_revisit else ''}WARC-Date: {FIRST + timedelta(minutes=5 * number):%Y-%m-%dT%H:%M:%SZ}\r\n"
        f"WARC-Payload-Digest: md5:{hashlib.md5(payload, usedforsecurity=False).hexdigest()}\r\n"
        f"Content-Type: application/http; msgtype=response\r\nContent-Length: {len(block)}\r\n\r\n"
    )
    return head.encode() + block + b"\r\n\r\n"


def pages(number: int) -> list[bytes]:
    return [captured(one, one) for one in range(number)]


def the_same_page(number: int) -> list[bytes]:
    return [captured(one, 0, is_revisit=one > 0) for one in range(number)]


def those_pages_again(number: int) -> list[bytes]:
    """What an incremental crawl of another archiver has: the archive that has the pages states other digests."""
    return [captured(number + one, one, is_revisit=True) for one in range(number)]


#: The records of one import after the other; the last is counted.
IMPORTS: dict[str, list[Callable[[int], list[bytes]]]] = {
    "pages": [pages],
    "the same page": [the_same_page],
    "pages that are there": [pages, pages],
    "pages, and then that they are the same": [pages, those_pages_again],
}


def last_one(folder: Path, number: int, imports: list[Callable[[int], list[bytes]]]) -> int:
    """The steps of the last of these imports, of so many records each."""
    (folder / "scratch").mkdir(parents=True)
    counted, site = [], load("finews")
    for at, made in enumerate(imports):
        file = folder / f"{at}.warc"
        file.write_bytes(b"".join(made(number)))
        archive = Archive(folder / "archive", site.name)
        archive.recover(site.canonical)
        importer = Importer(archive, site, {})
        inputs = gather_inputs([str(file)], folder / "scratch")
        counted.append(steps(lambda _, take=importer, some=inputs: take.import_inputs(some), ""))
        archive.close()
        assert not importer.result.problems
        assert importer.result.counts == {"known" if made in imports[:at] else "stored": number}
    return counted[-1]


@pytest.mark.parametrize("name", IMPORTS)
def test_each_record_costs_the_same(tmp_path: Path, name: str) -> None:
    some, more = (last_one(tmp_path / str(number), number, IMPORTS[name]) for number in (100, 400))
    assert more < 5 * some
