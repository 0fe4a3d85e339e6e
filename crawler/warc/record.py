"""WARC 1.1 records as bytes: one gzip member each (ISO 28500:2017, annex D).

The records are assembled here, without a library, for speed and for control over every byte; in the tests, ``warcio check``
and pywb read them.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
import zlib
from dataclasses import dataclass, field
from http import HTTPStatus
from itertools import chain
from typing import TYPE_CHECKING, NamedTuple

from crawler.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

VERSION = b"WARC/1.1\r\n"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
_CHUNKED = b"transfer-encoding"
_COMPRESSION = 6
#: What zlib adds to the size of a window for gzip's frame; and the smallest window, as a power of two, that it has for that.
_GZIP, _SMALLEST_WINDOW = 16, 9

Headers = list[tuple[bytes, bytes]]


class ResponseHead(NamedTuple):
    """The head of a response as it came; ``reason`` is the phrase behind the status, ``None`` if it is not known."""

    reason: bytes | None
    headers: Headers


@dataclass(frozen=True, slots=True)
class RawExchange:
    """One HTTP exchange as it was sent: ``body`` is still encoded.

    ``url`` is the canonical address, under which the catalog has it; ``asked`` is the one that was requested, if that is
    another spelling of it, and the one that the record has.
    """

    url: str
    time: datetime
    request: bytes
    status: int
    headers: Headers
    body: bytes
    protocol: str = "HTTP/1.1"
    ip: str | None = None
    asked: str = ""
    #: The address at which a web archive was asked for it; empty if the site itself was.
    source: str = ""
    #: The phrase behind the status; ``None``: the standard's.
    reason: bytes | None = None
    #: That of the body, unless it is given because the body is not in memory.
    payload_digest: str = ""
    #: ``WARC-Date``, with microseconds (allowed since WARC 1.1).
    date: str = field(init=False, default="")

    def __post_init__(self) -> None:
        if not self.payload_digest:
            object.__setattr__(self, "payload_digest", digest(self.body))
        object.__setattr__(self, "date", stamp(self.time))


def digest(data: bytes) -> str:
    """The labelled digest that WARC tools compare: ``sha1:`` and the hash in base32."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def record_id() -> str:
    """A new ``WARC-Record-ID``."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def _http_block(exchange: RawExchange, *, with_body: bool) -> bytes:
    """The status line, the headers as they came and, ``with_body``, the body."""
    protocol = exchange.protocol if exchange.protocol.startswith("HTTP/1") else "HTTP/1.1"
    lines = [b"%s %d %s" % (protocol.encode(), exchange.status, _reason(exchange))]
    lines += [b"%s: %s" % header for header in _headers(exchange.headers)]
    return b"\r\n".join(lines) + b"\r\n\r\n" + (exchange.body if with_body else b"")


def _reason(exchange: RawExchange) -> bytes:
    if exchange.reason is not None:
        return exchange.reason
    try:
        return HTTPStatus(exchange.status).phrase.encode()
    except ValueError:
        return b""


def _headers(headers: Headers) -> Headers:
    """Headers without those that hold for the chunks only, which download handlers join (RFC 9112, 6.3)."""
    names = {name.lower() for name, _ in headers}
    dropped = {_CHUNKED, b"content-length"} if _CHUNKED in names else ()
    return [header for header in headers if header[0].lower() not in dropped]


def _member(fields: Iterable[tuple[str, str]], block: bytes) -> bytes:
    return b"".join(_members(fields, len(block), (block,)))


def _members(fields: Iterable[tuple[str, str]], length: int, parts: Iterable[bytes]) -> Iterator[bytes]:
    """One gzip member, part by part, of a block of so many bytes."""
    header = "".join(f"{name}: {value}\r\n" for name, value in fields)
    head = VERSION + header.encode() + f"Content-Length: {length}\r\n\r\n".encode()
    deflate = _deflate(len(head) + length)
    yield deflate.compress(head)
    for part in parts:
        yield deflate.compress(part)
    yield deflate.compress(b"\r\n\r\n") + deflate.flush()


def _deflate(length: int) -> zlib._Compress:
    """A compressor for so many bytes: with no more memory than they can use, for setting it up takes longer than a short page.

    The window holds all of them as long as a gzip member's may, so that they become no larger.
    """
    window = min(max(length.bit_length(), _SMALLEST_WINDOW), zlib.MAX_WBITS)
    return zlib.compressobj(_COMPRESSION, zlib.DEFLATED, _GZIP + window, min(max(window - 7, 5), zlib.DEF_MEM_LEVEL))


def info_record(filename: str, time: datetime, facts: dict[str, str]) -> bytes:
    """The ``warcinfo`` record that a file begins with: which software made it, for whom, under which rules."""
    block = "".join(f"{name}: {value}\r\n" for name, value in facts.items()).encode()
    fields = [
        ("WARC-Type", "warcinfo"),
        ("WARC-Record-ID", record_id()),
        ("WARC-Date", stamp(time)),
        ("WARC-Filename", filename),
        ("WARC-Block-Digest", digest(block)),
        ("Content-Type", "application/warc-fields"),
    ]
    return _member(fields, block)


def request_record(exchange: RawExchange, concurrent_to: str) -> bytes:
    """The ``request`` record whose response has the record ID ``concurrent_to``."""
    fields = [
        ("WARC-Type", "request"),
        ("WARC-Record-ID", record_id()),
        ("WARC-Target-URI", exchange.asked or exchange.url),
        ("WARC-Date", exchange.date),
        ("WARC-Concurrent-To", concurrent_to),
        ("WARC-Block-Digest", digest(exchange.request)),
        ("Content-Type", "application/http;msgtype=request"),
    ]
    if exchange.ip:
        fields.insert(4, ("WARC-IP-Address", exchange.ip))
    return _member(fields, exchange.request)


@dataclass(frozen=True, slots=True)
class RefersTo:
    """The capture whose payload a revisit repeats."""

    url: str
    time: str
    payload_digest: str


def response_record(exchange: RawExchange, identifier: str, refers: RefersTo | None = None) -> bytes:
    """A ``response`` record, or with ``refers`` a ``revisit`` record, which stores no payload."""
    block = _http_block(exchange, with_body=refers is None)
    fields = _about_response(exchange, identifier, refers)
    fields.insert(-1, ("WARC-Block-Digest", digest(block)))
    if refers is not None:
        profile = NOT_MODIFIED if exchange.status == HTTPStatus.NOT_MODIFIED else IDENTICAL_PAYLOAD
        fields += [
            ("WARC-Profile", profile),
            ("WARC-Refers-To-Target-URI", refers.url),
            ("WARC-Refers-To-Date", refers.time),
        ]
    return _member(fields, block)


def large_response_record(exchange: RawExchange, identifier: str, length: int, parts: Iterable[bytes]) -> Iterator[bytes]:
    """A ``response`` record, part by part, whose body comes in parts, too, and has so many bytes."""
    head = _http_block(exchange, with_body=False)
    return _members(_about_response(exchange, identifier, None), len(head) + length, chain((head,), parts))


def _about_response(exchange: RawExchange, identifier: str, refers: RefersTo | None) -> list[tuple[str, str]]:
    fields = [
        ("WARC-Type", "response" if refers is None else "revisit"),
        ("WARC-Record-ID", identifier),
        ("WARC-Target-URI", exchange.asked or exchange.url),
        ("WARC-Date", exchange.date),
        ("WARC-Payload-Digest", exchange.payload_digest if refers is None else refers.payload_digest),
        ("Content-Type", "application/http;msgtype=response"),
    ]
    if exchange.ip:
        fields.insert(4, ("WARC-IP-Address", exchange.ip))
    if exchange.source:
        fields.append(("WARC-Source-URI", exchange.source))
    return fields
