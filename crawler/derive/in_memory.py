"""Derives a post from exchanges in memory, captured or not: for read-only runs and the shell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.archive.catalog.schema import CaptureRow
from crawler.derive.feeds import Feeds
from crawler.derive.posts import Derived, Evidence, derive

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.items import Exchange
    from crawler.sites.site import Site

_FOUND = 200


def derive_in_memory(site: Site, page: Exchange, companions: Iterable[Exchange] = ()) -> Derived:
    """What :func:`~crawler.derive.posts.derive` makes of a page and its companions, which are ordered by time."""
    exchanges = [page._replace(status=_FOUND), *companions]
    rows = [_row(number, exchange) for number, exchange in enumerate(exchanges)]

    def captures_of(urls: Sequence[str]) -> list[CaptureRow]:
        return [row for row in rows if row.url in urls]

    def read(row: CaptureRow) -> Exchange:
        return exchanges[row.id]

    evidence = Evidence(
        captures_of=captures_of,
        read=read,
        location=lambda _: "",
        parse_page=site.parse_page,
        path_of=lambda _: "",
        feeds=Feeds(site, captures_of, read),
    )
    return derive(site, rows[:1], evidence)


def _row(number: int, exchange: Exchange) -> CaptureRow:
    time, file, offset, digest = "", "", number, ""
    if (capture := exchange.capture) is not None:
        time, file, offset, digest = capture.time, capture.file, capture.offset, capture.payload_digest
    return CaptureRow(number, exchange.url, time, exchange.status, "response", file, offset, 0, digest, number)
