"""The post of a page that is at hand, captured or not: for those who only look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.archive.schema import CaptureRow
from crawler.derive.feeds import Feeds
from crawler.derive.posts import Derived, Evidence, derive

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.items import Exchange
    from crawler.sites.site import Site

_FOUND = 200


def derive_at_hand(site: Site, page: Exchange, companions: Iterable[Exchange] = ()) -> Derived:
    """What :func:`~crawler.derive.posts.derive` makes of a page and its companions, the newest of them last."""
    said = [page._replace(status=_FOUND), *companions]
    rows = [_row(number, one) for number, one in enumerate(said)]

    def captures_of(urls: Sequence[str]) -> list[CaptureRow]:
        return [row for row in rows if row.url in urls]

    def read(row: CaptureRow) -> Exchange:
        return said[row.id]

    evidence = Evidence(
        captures_of=captures_of,
        read=read,
        parse_page=site.parse_page,
        path_of=lambda _: "",
        feeds=Feeds(site, captures_of, read),
    )
    return derive(site, rows[:1], evidence)


def _row(number: int, said: Exchange) -> CaptureRow:
    time, file, offset, digest = "", "", number, ""
    if said.capture is not None:
        time, file, offset, digest = said.capture.time, said.capture.file, said.capture.offset, said.capture.payload_digest
    return CaptureRow(number, said.url, time, said.status, "response", file, offset, 0, digest, number)
