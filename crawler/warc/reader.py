"""Reading one record, and checking its digests."""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from crawler.clock import stamp
from crawler.warc.content_encoding import MAX_BODY, unchunked
from crawler.warc.digests import canonical_digest, contradicts
from crawler.warc.heads import Head, HttpHead, http_head, read_head
from crawler.warc.window import BLANK

_NOT_MODIFIED = 304
_GZIP = b"\x1f\x8b"
#: The largest record that is read: a body of the largest size, and its headers.
MAX_RECORD = MAX_BODY + (1 << 20)
_END = b"\r\n\r\n"
_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)[ \t]*\r\n", re.IGNORECASE)
_STATUS = re.compile(rb"HTTP/1\.[01] [1-9]\d\d[ \r]")
_CODING = re.compile(rb"\r\n(content-encoding|transfer-encoding):([^\r\n]*)\r\n(?![ \t])", re.IGNORECASE)
_CODING_NAME = re.compile(rb"(?:content|transfer)-encoding", re.IGNORECASE)
#: The forms of a date that W3CDTF allows; whichever has a time has a zone.
_DATE = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,30}))?)?(Z|[+-](?:[01]\d|2[0-3]):[0-5]\d))?)?)?\Z",
    re.ASCII,
)


class DamagedRecord(ValueError):
    """There is no whole record where one was expected."""


@dataclass(frozen=True, slots=True)
class Record:
    """One record of type ``response`` or ``revisit``.

    ``time`` is in UTC with microseconds. ``status`` and ``headers`` are those of HTTP, each byte of a header a character;
    ``status`` is 0 if the record has none. ``payload`` is the body as it was sent, not decoded. ``refers_to`` has address and
    time of the capture that a revisit repeats, as far as it names them. ``source`` is where a web archive was asked
    for it, empty for any other record.
    """

    type: str
    url: str
    time: str
    payload_digest: str
    status: int
    headers: list[tuple[str, str]]
    payload: bytes
    refers_to: tuple[str, str] = ("", "")
    source: str = ""

    @property
    def unchunked(self) -> bytes:
        """The payload with its chunks joined, which other archivers may have stored as they came."""
        return unchunked(self.payload) if is_chunked(self.headers) else self.payload


class AnyRecord(NamedTuple):
    """A record of any type: its head, its block, and the HTTP message in that, if there is one."""

    head: Head
    block: bytes
    http: HttpHead | None

    def field(self, name: bytes) -> str:
        """The value of a named field; empty if it is missing."""
        return self.head.fields.get(name, b"").decode("utf-8", "replace")

    @property
    def url(self) -> str:
        """The address that the record is about."""
        return self.field(b"warc-target-uri").strip("<> ")

    @property
    def type(self) -> str:
        """The type, in small letters."""
        return self.field(b"warc-type").lower()

    @property
    def headers(self) -> list[tuple[str, str]]:
        """The headers of the HTTP message."""
        fields = self.http.fields if self.http else []
        return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in fields]

    @property
    def payload(self) -> bytes:
        """The body of the HTTP message as it was stored, or all of the block."""
        return self.block[self.http.end :] if self.http else self.block


def utc(date: str) -> str:
    """A ``WARC-Date`` of any precision that W3CDTF allows in UTC with microseconds, so that times compare as texts.

    >>> utc("2022-03-03T15:30:00Z"), utc("2022-03")
    ('2022-03-03T15:30:00.000000Z', '2022-03-01T00:00:00.000000Z')

    :raises DamagedRecord: if it is not such a date.
    """
    found = _DATE.match(date)
    try:
        if found is None:
            raise ValueError(date)
        year, month, day, hour, minute, second, fraction, zone = found.groups()
        text = f"{year}-{month or '01'}-{day or '01'}T{hour or '00'}:{minute or '00'}:{second or '00'}"
        parsed = datetime.fromisoformat(
            f"{text}.{(fraction or '')[:6].ljust(6, '0')}{'+00:00' if zone in (None, 'Z') else zone}"
        )
        return stamp(parsed.astimezone(UTC))
    except (ValueError, OverflowError):
        raise DamagedRecord(f"WARC-Date {date!r} is no date") from None


def read_any(content: bytes, known: Head | None = None) -> AnyRecord:
    """The record in the content of one member, whatever its type. Its head need not be read again if it is ``known``.

    :raises DamagedRecord: if there is no record, or its length is not the one that it states.
    """
    head = known or read_head(content, 0, len(content))
    if not isinstance(head, Head) or head.converted:
        raise DamagedRecord(head if isinstance(head, str) else "no WARC record")
    end = head.end + head.length
    blank = BLANK.match(content, end)
    if end > len(content) or blank is None or blank.end() < len(content):
        raise DamagedRecord(f"Content-Length {head.length}, and its block has {max(0, len(content) - head.end - 4)} bytes")
    block = content[head.end : end]
    return AnyRecord(head, block, http_head(block) if _is_http(head, block) else None)


def _is_http(head: Head, block: bytes) -> bool:
    """Whether a block is an HTTP message: its record is about an exchange of HTTP, or the block begins as an answer does."""
    kind = head.fields.get(b"warc-type", b"").lower()
    media = head.fields.get(b"content-type", b"").lower()
    if kind == b"revisit":
        return bool(block)
    is_about_http = head.fields.get(b"warc-target-uri", b"").lstrip(b"< ")[:4].lower() == b"http"
    if kind == b"response":
        return is_about_http or media.startswith(b"application/http")
    return kind == b"request" and media.startswith(b"application/http")


def parse(member: bytes) -> Record | None:
    """The record in the content of one member; ``None`` if it is neither a response nor a revisit of an HTTP URL.

    :raises DamagedRecord: if there is no record, or it is not as a record has to be.
    """
    found = read_any(member)
    return record_of(found)


def record_of(found: AnyRecord, *, is_whole: bool = True) -> Record | None:
    """A record as :func:`parse` gives it; without headers and payload unless ``is_whole``, which saves time.

    :raises DamagedRecord: if it is not as a record has to be.
    """
    if not found.type:
        raise DamagedRecord("a record of no type")
    if found.type not in ("response", "revisit"):
        return None
    if not found.url:
        raise DamagedRecord(f"a {found.type} without an address")
    if found.url[:4].lower() != "http":
        return None  # a DNS record, for example
    status = found.http.status if found.http else 0
    if not status and found.type == "response":
        raise DamagedRecord("a response that does not begin as HTTP does")
    if not status and found.field(b"warc-profile").endswith("server-not-modified"):
        status = _NOT_MODIFIED
    return Record(
        found.type,
        found.url,
        utc(found.field(b"warc-date")),
        canonical_digest(found.field(b"warc-payload-digest")),
        status,
        found.headers if is_whole else [],
        found.payload if found.http and is_whole else b"",
        _refers_to(found),
        found.field(b"warc-source-uri"),
    )


def _refers_to(found: AnyRecord) -> tuple[str, str]:
    url, date = found.field(b"warc-refers-to-target-uri").strip("<> "), found.field(b"warc-refers-to-date")
    try:
        return (url, utc(date)) if url and date else ("", "")
    except DamagedRecord:
        return "", ""


def is_chunked(headers: list[tuple[str, str]]) -> bool:
    """Whether the headers say that the body is sent in chunks."""
    return any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers)


def quick_body(member: bytes) -> tuple[bytes, list[tuple[str, str]]] | None:
    """Payload and encoding headers of an entirely regular response; ``None`` for any other, which :func:`parse` reads.

    This takes a fifth of the time that FastWARC takes for a single record.
    """
    end = member.find(_END)
    length = _LENGTH.search(member, 0, end + 2)
    start = member.find(_END, end + 4) + 4
    if length is None or len(member) != end + 8 + int(length[1]) or start < end + 8 or start > len(member) - 4:
        return None
    if not member.startswith(b"WARC/1.") or not _STATUS.match(member, end + 4):
        return None
    if len(_CODING_NAME.findall(member, end, start)) != len(found := _CODING.findall(member, end, start)):
        return None  # folded, or a name of another form
    return member[start:-4], [(name.decode(), value.decode("ascii", "replace").strip()) for name, value in found]


def gunzip_member(data: bytes) -> bytes:
    """The content of one gzip member; data that is not gzip is returned as it is.

    :raises DamagedRecord: if the member is damaged, truncated, followed by other data, or larger than :data:`MAX_RECORD`.
    """
    if data[:2] != _GZIP:
        return data
    inflate = zlib.decompressobj(31)
    try:
        content = inflate.decompress(data, MAX_RECORD)
    except zlib.error as error:
        raise DamagedRecord(str(error)) from None
    if not inflate.eof:
        raise DamagedRecord("cut short" if len(content) < MAX_RECORD else f"more than {MAX_RECORD} bytes")
    if inflate.unused_data:
        raise DamagedRecord("longer than the record it holds")
    return content


def digest_fault(found: AnyRecord) -> str:
    """What is wrong with the digests of a record; empty if they are right, or of a kind that nobody here can compute.

    A payload may have been hashed with its chunks or without, and by some tools with its headers. The block of a revisit is not
    looked at, since some tools hash what they left out.
    """
    if found.type == "revisit":
        return ""
    if contradicts(found.field(b"warc-block-digest"), (found.block,)):
        return "the block is not what its digest says"
    stored = found.field(b"warc-payload-digest") if found.type == "response" else ""
    if stored and contradicts(stored, (found.payload,)):
        joined = unchunked(found.payload) if is_chunked(found.headers) else found.payload
        if contradicts(stored, (joined, found.block)):
            return f"the payload of {found.url} is not what its digest says"
    return ""
