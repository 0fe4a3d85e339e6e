"""Reads the CDX listings of web archives: which captures they have.

The Wayback Machine gives ``output=json`` as rows of arrays: the first names the columns, and the last is the resume key, if
the query asked for one (https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server). pywb gives one JSON
object a line, with field names of its own. Files, and other servers, have raw CDX, whose first line names the columns by
letters, or CDXJ: a key, a time and a JSON object.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import orjson

_STAMP_LENGTH = 14
#: The letters by which the first line of a raw CDX file names its columns, and the columns of one without such a line.
_LETTERS = {"a": "original", "b": "timestamp", "s": "statuscode", "k": "digest", "m": "mimetype", "N": "urlkey"}
_USUAL = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")
#: What begins a line of CDXJ that is no capture.
_REMARKS = ("!", "@", "#")


class UnreadableCdx(ValueError):
    """The text is not a CDX listing in any of these forms."""


class CdxLine(NamedTuple):
    """One capture. ``timestamp`` is ``YYYYMMDDhhmmss`` in UTC; ``status`` is 0 if the line has none (a revisit)."""

    timestamp: str
    url: str
    status: int
    digest: str


class CdxPage(NamedTuple):
    """One page of a listing: its captures, the resume key, which is empty on the last page, and the rows that are none."""

    lines: list[CdxLine]
    key: str
    faults: list[str]


def read_page(body: bytes) -> CdxPage:
    r"""A page of a listing as JSON, a JSON object a line, CDXJ or raw CDX; a bad row is named, and the others are read.

    >>> read_page(b" CDX b a s k\n20220301120000 http://a/ 200 X\nno row\n").lines
    [CdxLine(timestamp='20220301120000', url='http://a/', status=200, digest='X')]

    :raises UnreadableCdx: if it is not a CDX listing.
    """
    if not body.strip():
        return CdxPage([], "", [])
    try:
        if body.lstrip().startswith(b"["):
            names, rows = _rows(orjson.loads(body))
        else:
            lines = body.decode("utf-8", "replace").split("\n")
            names = _columns(lines[0])
            rows = [line.rstrip("\r") for line in lines[bool(names) :]]
    except (ValueError, TypeError) as error:
        raise UnreadableCdx(f"no CDX listing: {type(error).__name__}: {error}") from None
    page = _captures(names, rows)
    if page.faults and not page.lines:
        raise UnreadableCdx(f"no CDX listing: {page.faults[0]}")
    return page


def _captures(names: list[str], rows: list[Any]) -> CdxPage:
    """What the rows of a page are, up to its resume key."""
    page = CdxPage([], "", [])
    last = max((number for number, row in enumerate(rows) if row), default=0)
    for number, row in enumerate(rows):
        if isinstance(row, list) and not row:
            key = rows[number + 1 : number + 2]
            return page._replace(key=str(key[0][0]) if key and key[0] else "")
        if row == "":
            if number + 1 == last and " " not in rows[last]:
                return page._replace(key=rows[last])
            continue
        if isinstance(row, str) and row.startswith(_REMARKS):
            continue
        try:
            page.lines.append(_line(_fields(names, row)))
        except (ValueError, KeyError, TypeError, AttributeError, IndexError) as error:
            page.faults.append(f"row {number + 1}: {type(error).__name__}: {error}")
    return page


def _rows(rows: Any) -> tuple[list[str], list[Any]]:
    """The names of the columns, and the rows, of a listing as JSON."""
    if not rows:
        return [], []
    if not isinstance(rows, list) or not isinstance(rows[0], list):
        raise TypeError("the first row does not name columns")
    return rows[0], rows[1:]


def _columns(line: str) -> list[str]:
    """The names of the columns that the first line of a raw CDX file tells by letters; empty if it does not."""
    letters = line.split()
    return [_LETTERS.get(letter, letter) for letter in letters[1:]] if letters and letters[0] == "CDX" else []


def _fields(names: list[str], row: Any) -> dict[str, Any]:
    if not isinstance(row, str):
        return dict(zip(names, row, strict=True))
    if row.startswith("{"):
        return dict(orjson.loads(row))
    if names:
        return dict(zip(names, row.split(), strict=True))
    fields: dict[str, Any] = {}
    key, stamp, rest = row.split(" ", 2)
    if rest.lstrip().startswith("{"):
        fields = orjson.loads(rest)
        return fields | {"timestamp": stamp}
    return dict(zip(_USUAL, [key, stamp, *rest.split()], strict=False))


def _line(fields: dict[str, Any]) -> CdxLine:
    timestamp = fields["timestamp"]
    if len(timestamp) != _STAMP_LENGTH or not timestamp.isdigit():
        raise ValueError(f"{timestamp!r} is no time stamp")
    status = str(fields.get("statuscode") or fields.get("status") or "-")
    digest = str(fields.get("digest", ""))
    return CdxLine(
        timestamp,
        str(fields["original"] if "original" in fields else fields["url"]),
        int(status) if status.isdecimal() and status.isascii() else 0,
        "" if digest == "-" else digest,
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
