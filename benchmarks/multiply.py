"""Makes archives of any size: copies the captures of one replica many times, each time with other IDs."""

from __future__ import annotations

import gzip
import re
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from crawler.archive.archive import Archive
from crawler.archive.catalog.catalog import Catalog
from crawler.archive.limits import Limits
from crawler.archive.payloads import Payloads
from crawler.sites.finews import facts
from crawler.sites.parsed import Kind
from crawler.warc.record import RawExchange

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.archive.catalog.schema import CaptureRow

#: A small size, so that there are several files for the processes, as there would be after a few days.
_FILE_SIZE = 40_000_000
_ID = re.compile(rb"(20\d{6})\d{3}(\d{4,})")


def multiply(source: Path, target: Path, posts: int) -> int:
    """Fill ``target`` with captures of at least ``posts`` posts but for a hundredth, copied from those in ``source``.

    :returns: the number of posts.
    """
    catalog = Catalog(source / "catalog.sqlite")
    payloads = Payloads(lambda name: source / "captures" / name, catalog.capture)
    rows = [catalog.capture(number) for number in range(1, catalog.last_id + 1)]
    pages = [
        row for row in rows if row is not None and row.type == "response" and facts.kind(row.url) in (Kind.POST, Kind.COMPANION)
    ]
    total = sum(facts.kind(row.url) == Kind.POST for row in pages)
    copies = -(-99 * posts // (100 * total))
    archive = Archive(target, facts.NAME, limits=Limits(_FILE_SIZE, 1e9))
    archive.recover(facts.canonical)
    for copy in range(copies):
        for row in pages:
            archive.captures.store(_copy(payloads, row, copy, copies))
    archive.close()
    catalog.close()
    return total * copies


def _copy(payloads: Payloads, row: CaptureRow, copy: int, copies: int) -> RawExchange:
    number = b"\\g<1>%03d\\g<2>" % copy
    record = payloads.record(row)
    packed = record.payload.startswith(b"\x1f\x8b")
    body = _ID.sub(number, gzip.decompress(record.payload) if packed else record.payload)
    return RawExchange(
        url=_ID.sub(number, row.url.encode()).decode(),
        time=datetime.fromisoformat(row.time) + timedelta(days=copy - copies),
        request=b"GET / HTTP/1.1\r\n\r\n",
        status=record.status,
        headers=[(name.encode(), value.encode()) for name, value in record.headers],
        body=gzip.compress(body, 6, mtime=0) if packed else body,
    )
