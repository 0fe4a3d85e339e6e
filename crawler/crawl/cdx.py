"""Reads the CDX listings of web archives: which captures they have.

The Wayback Machine gives ``output=json`` as rows of arrays: the first names the columns, and the last is the resume key, if
the query asked for one (https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server). pywb gives one JSON
object a line, with field names of its own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterator

_STAMP_LENGTH = 14


class UnreadableCdx(ValueError):
    """The text is not a CDX listing in either of the two formats."""


class CdxLine(NamedTuple):
    """One capture. ``timestamp`` is ``YYYYMMDDhhmmss`` in UTC; ``status`` is 0 if the line has none (a revisit)."""

    timestamp: str
    url: str
    status: int
    digest: str


def read_cdx(body: bytes) -> tuple[list[CdxLine], str]:
    """The captures of a listing in its order, and its resume key, which is empty on the last page.

    >>> read_cdx(b'[["timestamp","original","statuscode","digest"],["20220301120000","http://a/","200","X"],[],["k"]]')
    ([CdxLine(timestamp='20220301120000', url='http://a/', status=200, digest='X')], 'k')
    >>> read_cdx(b'{"timestamp": "20220301120000", "url": "http://a/", "status": "200", "digest": "X"}')
    ([CdxLine(timestamp='20220301120000', url='http://a/', status=200, digest='X')], '')

    :raises UnreadableCdx: if it is not a CDX listing.
    """
    if not body.strip():
        return [], ""
    try:
        if body.lstrip().startswith(b"["):
            return _rows(orjson.loads(body))
        return [_line(orjson.loads(line)) for line in body.splitlines() if line.strip()], ""
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnreadableCdx(f"no CDX listing: {type(error).__name__}: {error}") from None


def _rows(rows: list[list[str]]) -> tuple[list[CdxLine], str]:
    if not rows:
        return [], ""
    names, key = rows[0], ""
    if not isinstance(names, list):
        raise TypeError("the first row does not name columns")
    found: list[CdxLine] = []
    following: Iterator[list[str]] = iter(rows[1:])
    for row in following:
        if not row:
            key = next(following, [""])[0]
            break
        found.append(_line(dict(zip(names, row, strict=True))))
    return found, key


def _line(fields: dict[str, Any]) -> CdxLine:
    timestamp = fields["timestamp"]
    if len(timestamp) != _STAMP_LENGTH or not timestamp.isdigit():
        raise ValueError(f"{timestamp!r} is no time stamp")
    status = str(fields.get("statuscode") or fields.get("status") or "-")
    return CdxLine(
        timestamp,
        str(fields["original"] if "original" in fields else fields["url"]),
        int(status) if status.isdigit() else 0,
        str(fields.get("digest", "")),
    )


def changes(lines: list[CdxLine]) -> list[CdxLine]:
    """The successful captures whose content may differ from that of the capture of the same address before them."""
    latest: dict[str, str] = {}
    kept: list[CdxLine] = []
    for line in sorted(lines, key=lambda line: (line.url, line.timestamp)):
        if line.status in (0, 200) and (not line.digest or latest.get(line.url) != line.digest):
            latest[line.url] = line.digest
            kept.append(line)
    return kept
