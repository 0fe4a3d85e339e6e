"""Heads of records: of WARC from 0.17 to 1.1, of ARC, and of HTTP inside a record; as strictly as needed, and no stricter.

Names are taken in any case, lines may end with a bare line feed, values may be folded, and of a name that occurs twice the
first value counts, as in other readers.
"""

from __future__ import annotations

import re
from functools import cached_property
from typing import NamedTuple

#: The end of the last line of a head, and the blank line behind it.
END = re.compile(rb"\n[ \t\r]*\n")
VERSION = re.compile(rb"WARC/[01]\.\d{1,3}[ \t\r]*\n", re.IGNORECASE)
#: A head as nearly all are: no line of it is folded, or has a name in another form, and one has the length. A line is passed
#: over to its end, which takes a third of the time that a class of characters takes.
_LINE = rb"(?:WARC-[A-Za-z-]+|Content-Type): .++(?<=\r)\n"
USUAL = re.compile(rb"WARC/1\.[01]\r\n(?:%b)*+Content-Length: (\d{1,18})\r\n(?:%b)*+\r\n" % (_LINE, _LINE))
#: The same, or the first line of another record.
_END_OR_NEXT = re.compile(rb"\n(?:[ \t\r]*\n|(WARC/[01]\.\d{1,3}[ \t\r]*\n))", re.IGNORECASE)
_STATUS = re.compile(rb"[A-Za-z][A-Za-z0-9.]{0,20}(?:/[^ \t]{0,20})?[ \t]{1,20}0{0,20}([1-9]\d\d)(?!\d)")
_FIELD = re.compile(rb"^([^:\n]*):(.*)", re.MULTILINE)
_FOLD = re.compile(rb"[ \t\r]*\n[ \t]+")
#: The beginning of a line of ARC: an address with a scheme.
_ARC = re.compile(rb"[A-Za-z][A-Za-z0-9+.-]{1,30}:[^\r\n]+")
_ADDRESS = re.compile(rb"(?:[0-9.]+|[0-9A-Fa-f:.]+|-|unknown)\Z")
_STAMP = re.compile(rb"\d{12,17}\Z")
_DIGITS = re.compile(rb"\d{1,18}\Z")
#: A longer line is none of ARC's.
_LONGEST_LINE = 1 << 15


class Head:
    """The head of a record. ``end`` is where its block begins, ``length`` that of the block.

    ``converted`` is what an ARC record's head is in WARC; it is empty in WARC.
    """

    def __init__(self, text: bytes, end: int, length: int, converted: bytes = b"") -> None:
        self._text = text
        self.end = end
        self.length = length
        self.converted = converted

    @cached_property
    def fields(self) -> dict[bytes, bytes]:
        """The named fields, their names in small letters; the first of a name counts."""
        return header_fields(self._text)

    @cached_property
    def type(self) -> str:
        """The type of the record, in small letters."""
        return self.fields.get(b"warc-type", b"").decode("utf-8", "replace").lower()


def fields_of(lines: bytes) -> list[tuple[bytes, bytes]]:
    r"""The names and values of lines, folded ones joined; what has no colon is left out.

    >>> fields_of(b"A: b\r\n  c\nno\r\nD : e")
    [(b'A', b'b c'), (b'D', b'e')]
    """
    if b"\n " in lines or b"\n\t" in lines:
        lines = _FOLD.sub(b" ", lines)
    return [(name.strip(), value.strip()) for name, value in _FIELD.findall(lines)]


def header_fields(head: bytes) -> dict[bytes, bytes]:
    """The named fields of a WARC header, their names in small letters; the first of a name counts."""
    lines = head.partition(b"\n")[2]
    if b"\n " in lines or b"\n\t" in lines:
        lines = _FOLD.sub(b" ", lines)
    found: dict[bytes, bytes] = {}
    for line in lines.split(b"\n"):  # two thirds of the time that fields_of() takes, for each record of a file
        name, colon, value = line.partition(b":")
        if colon:
            found.setdefault(name.strip().lower(), value.strip())
    return found


def read_head(data: bytes | bytearray, start: int, limit: int) -> Head | str | None:
    """The head at ``start``, a text if there is none, or ``None`` if more bytes than up to ``limit`` are needed to tell."""
    if VERSION.match(data, start):
        return _warc(data, start)
    line_end = data.find(b"\n", start, start + _LONGEST_LINE)
    if line_end < 0:
        return None if limit - start < _LONGEST_LINE else "no WARC record"
    return _arc(bytes(data[start:line_end])) or "no WARC record"


def _warc(data: bytes | bytearray, start: int) -> Head | str | None:
    usual = USUAL.match(data, start)
    if usual is not None:
        return Head(bytes(usual[0]), usual.end() - start, int(usual[1]))
    blank = _END_OR_NEXT.search(data, start)
    if blank is None:
        return None
    if blank[1]:
        return "a record whose head has no end"
    text = bytes(data[start : blank.start()])
    length = header_fields(text).get(b"content-length", b"")
    if not _DIGITS.match(length):
        return f"a record whose Content-Length is {length.decode('ascii', 'replace')!r}"
    return Head(text, blank.end() - start, int(length))


def _arc(line: bytes) -> Head | None:
    """A line of ARC: address, IP address, date, media type and, last, length; version 2 has more between them."""
    if not _ARC.match(line):
        return None
    words = line.rstrip().split(b" ")
    length = words[-1]
    found = [n for n in range(2, len(words) - 1) if _STAMP.match(words[n])]
    place = next((n for n in found if _ADDRESS.match(words[n - 1])), found[0] if found else 0)
    if not place or not _DIGITS.match(length):
        return None
    url, address, time, media = b" ".join(words[: place - 1]), words[place - 1], words[place], words[place + 1]
    kind = b"warcinfo" if url.lower().startswith(b"filedesc:") else b"response"
    if url[:4].lower() == b"http":
        media = b"application/http;msgtype=response"
    fields = {
        b"WARC-Type": kind,
        b"WARC-Target-URI": url,
        b"WARC-Date": _date(time),
        b"WARC-IP-Address": address,
        b"Content-Type": media,
        b"Content-Length": length,
    }
    converted = b"WARC/1.0\r\n" + b"".join(b"%s: %s\r\n" % field for field in fields.items()) + b"\r\n"
    head = Head(converted, len(line) + 1, int(length), converted)
    head.fields = {name.lower(): value for name, value in fields.items()}
    return head


def _date(stamp: bytes) -> bytes:
    digits = stamp[:14].ljust(14, b"0")
    return b"%s-%s-%sT%s:%s:%sZ" % (digits[:4], digits[4:6], digits[6:8], digits[8:10], digits[10:12], digits[12:])


class HttpHead(NamedTuple):
    """The head of an HTTP message. ``status`` is 0 if it has none, ``end`` is where the body begins."""

    status: int
    lines: bytes
    end: int

    @property
    def fields(self) -> list[tuple[bytes, bytes]]:
        """The names and values of its lines."""
        return fields_of(self.lines)


def http_head(block: bytes) -> HttpHead:
    r"""The head that a block begins with; without a blank line all of it is head.

    >>> http_head(b"HTTP/2 200\nA: b\n\nbody")
    HttpHead(status=200, lines=b'A: b', end=17)
    """
    start = 0
    while block[start : start + 1] in (b"\r", b"\n"):
        start += 1
    status = _STATUS.match(block, start)
    blank = END.search(block, start)
    end, last = (blank.end(), blank.start()) if blank else (len(block), len(block))
    line = block.find(b"\n", start, last)
    return HttpHead(int(status[1]) if status else 0, block[line + 1 : last] if line >= 0 else b"", end)
