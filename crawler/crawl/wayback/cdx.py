"""Reads the CDX listings of web archives: which captures they have.

The Wayback Machine gives ``output=json`` as rows of arrays: the first names the columns, and the last is the resume key, if
the query asked for one (https://github.com/internetarchive/wayback/tree/master/wayback-cdx-server). pywb gives one JSON
object a line, with field names of its own; OutbackCDX arrays with numbers in them. Files, and other servers, have raw CDX,
whose first line names the columns by letters, or CDXJ: a key, a time and a JSON object.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

import orjson

from crawler.counted import counted
from crawler.warc.content_encoding import UnreadableCoding, decoded

if TYPE_CHECKING:
    from collections.abc import Iterable

#: What completes a time stamp of 4 to 13 digits: the first moment that it may mean.
_FIRST_MOMENT = "00000101000000"
_YEAR_LENGTH, _STAMP_LENGTH = 4, 14
_ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?Z?\Z", re.ASCII)
#: The letters by which the first line of a raw CDX file names its columns, and the columns of one without such a line.
_LETTERS = {"a": "original", "b": "timestamp", "s": "statuscode", "k": "digest", "m": "mimetype", "N": "urlkey"}
_USUAL = ("urlkey", "timestamp", "original", "mimetype", "statuscode", "digest")
#: What begins a line of CDXJ that is no capture.
_REMARKS = ("!", "@", "#")
#: So many places of a damaged array are passed over; each may cost as much time as all of it.
_MOST_FAULTS = 100
_SHOWN = 80
#: With its scheme, whatever that is; no server takes a longer one.
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]{0,30}:[^\x00-\x1f\x7f\ud800-\udfff]{0,8192}", re.IGNORECASE | re.ASCII)
_DECODER = json.JSONDecoder(strict=False)


class UnreadableCdx(ValueError):
    """The text is not a CDX listing in any of these forms."""


class CdxLine(NamedTuple):
    """One capture. ``timestamp`` is ``YYYYMMDDhhmmss`` in UTC; ``status`` is 0 if the line has none (a revisit)."""

    timestamp: str
    url: str
    status: int
    digest: str


class CdxPage(NamedTuple):
    """One page of a listing.

    ``key`` is its resume key, which is empty on the last page. ``faults`` has a line for each row that cannot be read, ``rows``
    is the number of all its rows, and ``is_array`` tells whether they are JSON arrays.
    """

    lines: list[CdxLine]
    key: str
    faults: list[str]
    rows: int
    is_array: bool = False

    @property
    def timestamps(self) -> list[str]:
        """The time stamps of its captures, in their order."""
        return [line.timestamp for line in self.lines]


def read_page(body: bytes) -> CdxPage:
    r"""A page of a listing as JSON, a JSON object a line, CDXJ or raw CDX; a bad row is named, and the others are read.

    >>> read_page(b" CDX b a s k\n20220301120000 http://a/ 200 X\nno row\n").lines
    [CdxLine(timestamp='20220301120000', url='http://a/', status=200, digest='X')]

    :raises UnreadableCdx: if it is not a CDX listing.
    """
    try:
        body = decoded(body, ()).strip()
    except UnreadableCoding as error:
        raise UnreadableCdx(f"no CDX listing: {error}") from None
    names: list[str] = []
    is_array = body.startswith(b"[")
    rows = (
        [row if isinstance(row, list | dict) else [row] for row in _array(body)]
        if is_array
        else [line.rstrip("\r") for line in body.decode("utf-8", "replace").split("\n")]
    )
    if rows and isinstance(rows[0], list) and "timestamp" in rows[0]:
        names, rows = [str(name) for name in rows[0]], rows[1:]
    elif rows and isinstance(rows[0], str) and rows[0].split()[:1] == ["CDX"]:
        names, rows = [_LETTERS.get(letter, letter) for letter in rows[0].split()[1:]], rows[1:]
    page = _captures(names, rows)._replace(is_array=is_array)
    if page.faults and not page.lines and not {"timestamp", "original"} <= {"original" if n == "url" else n for n in names}:
        begin = body[:_SHOWN].decode("utf-8", "replace").replace("\n", " ")
        raise UnreadableCdx(f"no CDX listing, but {f'what begins with {begin!r}' if begin.isprintable() else 'binary data'}")
    return page


def _array(body: bytes) -> list[Any]:
    """The rows of a JSON array; of one that is cut short or damaged, those that can be read, and texts for the others."""
    try:
        whole: list[Any] = orjson.loads(body)
    except orjson.JSONDecodeError:
        text, position, faults = body.decode("utf-8", "replace"), 1, 0
    else:
        return whole
    rows: list[Any] = []
    while faults < _MOST_FAULTS and (start := text.find("[", position)) >= 0:
        try:
            row, position = _DECODER.raw_decode(text, start)
        except (ValueError, RecursionError):
            row, faults, position = text[start : start + _SHOWN], faults + 1, text.find("[", start + 1)
            position = position if position >= 0 else len(text)
        rows.append(row)
    rest = text[position:].strip()
    is_told = rest == "]" or (rows and not rest and isinstance(rows[-1], str))
    return rows if is_told else [*rows, rest[:_SHOWN] or "the list is cut short: no more"]


def _captures(names: list[str], rows: list[Any]) -> CdxPage:
    """What the rows of a page are, up to its resume key."""
    lines: list[CdxLine] = []
    faults: list[str] = []
    last = max((number for number, row in enumerate(rows) if row), default=0)
    key = ""
    for number, row in enumerate(rows):
        if isinstance(row, list) and not row:
            after = rows[number + 1 : number + 2]
            key = str(after[0][0]) if after and isinstance(after[0], list) and after[0] else ""
            break
        if row == "":
            if number + 1 == last and " " not in str(rows[last]):
                key = str(rows[last])
                break
            continue
        if isinstance(row, str) and row.startswith(_REMARKS):
            continue
        try:
            lines.append(_line(_fields(names, row)))
        except (ValueError, TypeError, AttributeError) as error:
            faults.append(f"row {number + 1}: {error}")
    return CdxPage(lines, key, faults, len(lines) + len(faults))


def _fields(names: list[str], row: Any) -> dict[str, Any]:
    """The fields of a row by their names.

    :raises ValueError: if it has others than the columns that were named.
    """
    if isinstance(row, dict):
        return row
    if isinstance(row, str):
        if row.startswith("{"):
            return dict(orjson.loads(row))
        if not names and (space := row.find(" {")) > 0:
            return dict(orjson.loads(row[space:])) | {"timestamp": row.split(" ", 2)[1]}
        row = row.split()
    if len(row) == 1:
        raise ValueError(f"{str(row[0])[:_SHOWN]!r} is no row")
    if names and len(row) != len(names):
        raise ValueError(f"{counted(len(row), 'column')} instead of {len(names)}")
    return dict(zip(names or _USUAL, row, strict=False))


def _line(fields: dict[str, Any]) -> CdxLine:
    """The capture that a row tells of.

    :raises TypeError: if it has no address.
    :raises ValueError: if that or its time stamp is none.
    """
    url = next((fields[name] for name in ("original", "url", "uri") if fields.get(name)), None)
    if not isinstance(url, str):
        raise TypeError("no address")
    timestamp = complete(str(fields.get("timestamp", "")))
    if not _ADDRESS.fullmatch(url):
        raise ValueError(f"{url[:_SHOWN]!r} is no address")
    status = str(fields.get("statuscode") or fields.get("status") or "-")
    digest = str(fields.get("digest") or "-")
    return CdxLine(
        timestamp,
        url,
        int(status) if status.isdecimal() and status.isascii() and len(status) <= 3 else 0,  # noqa: PLR2004
        "" if digest == "-" else digest,
    )


def complete(timestamp: str) -> str:
    """A time stamp with 14 digits: a shorter one means its first moment, a longer one has fractions of a second.

    >>> complete("202203011200"), complete("2022"), complete("2022-03-01T12:00:00Z")
    ('20220301120000', '20220101000000', '20220301120000')

    :raises ValueError: if it is no time stamp.
    """
    digits = "".join(iso.groups()) if (iso := _ISO.match(timestamp)) else timestamp
    if len(digits) < _YEAR_LENGTH or not (digits.isdigit() and digits.isascii()):
        raise ValueError(f"{timestamp[:_SHOWN]!r} is no time stamp")
    return (digits + _FIRST_MOMENT[len(digits) :])[:_STAMP_LENGTH]


def changes(captures: Iterable[tuple[str, CdxLine]]) -> list[tuple[str, CdxLine]]:
    """The successful captures whose content may differ from that of the capture before them, each with its canonical address.

    Lines of ``http`` and ``https``, or of addresses that are encoded in different ways, are captures of one address.
    """
    latest: dict[str, str] = {}
    kept: list[tuple[str, CdxLine]] = []
    for address, line, url in sorted((unquote(url), line, url) for url, line in captures):
        if line.status in (0, 200) and (not line.digest or latest.get(address) != line.digest):
            latest[address] = line.digest
            kept.append((url, line))
    return kept
