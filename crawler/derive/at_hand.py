"""The post of a page that is at hand, captured or not: for those who only look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.archive.schema import CaptureRow
from crawler.derive.posts import Derived, Evidence, derive

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.items import Exchange
    from crawler.sites.site import Site

_FOUND = 200


def derive_at_hand(site: Site, page: Exchange, answers: Iterable[Exchange] = ()) -> Derived:
    """What :func:`~crawler.derive.posts.derive` makes of a page and the answers behind it, the newest of them last."""
    said = [page._replace(status=_FOUND), *answers]
    rows = [_row(number, one) for number, one in enumerate(said)]
    evidence = Evidence(
        captures_of=lambda urls: [row for row in rows if row.url in urls],
        read=lambda row: said[row.id],
        take_apart=site.take_apart,
        path_of=lambda _: "",
    )
    return derive(site, rows[:1], evidence)


def _row(number: int, said: Exchange) -> CaptureRow:
    time, file, offset, digest = "", "", number, ""
    if said.capture is not None:
        time, file, offset, digest = said.capture.time, said.capture.file, said.capture.offset, said.capture.payload_digest
    return CaptureRow(number, said.url, time, said.status, "response", file, offset, 0, digest, number)
