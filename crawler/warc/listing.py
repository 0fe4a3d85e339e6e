"""What the reader of captures reads of a file, record by record, so that it can be held against what another tool reads."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from crawler.warc.checks import is_chunked
from crawler.warc.content_encoding import unchunked
from crawler.warc.reader import AnyRecord, DamagedRecord
from crawler.warc.scan import Segment, records

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_WHOLE_SECOND = ".000000Z"


class Listed(NamedTuple):
    """One record, or bytes that are none, which have only ``file``, ``offset`` and ``fault``.

    Of a record that is cut short, ``sha1`` and ``bytes`` are those of what there is.

    ``sha1`` (hexadecimal) and ``bytes`` are of the body: chunks are joined, the content encoding is left. The body of a record
    that is no HTTP message is its block. ``fault`` is ``None``, or what is wrong.
    """

    file: str
    offset: int
    type: str | None
    url: str | None
    time: str | None
    status: int | None
    sha1: str | None
    bytes: int | None
    fault: str | None


def listing(path: Path, name: str, faults: Sequence[tuple[int, str]] = ()) -> Iterator[Listed]:
    """Every record of a file, after the faults that are known of it.

    :raises OSError: if the file cannot be read at all.
    """
    if not path.stat().st_size and not faults:
        yield Listed(name, 0, None, None, None, None, None, None, "the file is empty")
    for offset, fault in faults:
        yield Listed(name, offset, None, None, None, None, None, None, fault)
    for one in records(path, check=True):
        if one.is_member or one.fault:
            yield _listed(one, name)


def _listed(one: Segment, name: str) -> Listed:
    if one.found is None:
        return Listed(name, one.offset, None, None, None, None, None, None, one.fault)
    found = one.found
    if one.large:
        sha1, length = one.large.sha1.hex(), one.large.length
    else:
        body = _body(found)
        sha1, length = hashlib.sha1(body, usedforsecurity=False).hexdigest(), len(body)
    status = one.record.status if one.record else found.http.status if found.http else 0
    fault, time = one.fault or None, None
    try:
        time = found.time.replace(_WHOLE_SECOND, "Z")
    except DamagedRecord as error:
        fault = fault or str(error)
    return Listed(name, one.offset, found.type or None, found.url or None, time, status or None, sha1, length, fault)


def _body(found: AnyRecord) -> bytes:
    return unchunked(found.payload) if is_chunked(found.headers) else found.payload
