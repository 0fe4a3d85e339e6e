"""WARC 1.1 records as bytes: one gzip member each (ISO 28500:2017, annex D).

Written by hand for speed, and because every byte of a capture is ours to answer for; ``warcio check`` and pywb
read what is written here in the tests.
"""

from __future__ import annotations

import base64
import hashlib
import uuid
import zlib
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

from crawler.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

VERSION = b"WARC/1.1\r\n"
NOT_MODIFIED = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
IDENTICAL_PAYLOAD = "http://netpreserve.org/warc/1.1/revisit/identical-payload-digest"
#: Handlers give the body whole, so a record must not say that it is chunked.
_TRANSFER_ONLY = frozenset({b"transfer-encoding"})
_COMPRESSION = 6

Headers = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Wire:
    """One HTTP exchange as it went over the wire; ``url`` is canonical, ``body`` has its content coding still."""

    url: str
    time: datetime
    request: bytes
    status: int
    headers: Headers
    body: bytes
    protocol: str = "HTTP/1.1"
    ip: str | None = None
    payload_digest: str = field(init=False, default="")
    #: ``WARC-Date``, with microseconds (allowed since WARC 1.1).
    date: str = field(init=False, default="")

    def __post_init__(self) -> None:
        object.__setattr__(self, "payload_digest", digest(self.body))
        object.__setattr__(self, "date", stamp(self.time))


def digest(data: bytes) -> str:
    """``sha1:`` and the base32 of the hash, the labelled digest that WARC tools compare."""
    return "sha1:" + base64.b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()


def record_id() -> str:
    """A new ``WARC-Record-ID``."""
    return f"<urn:uuid:{uuid.uuid4()}>"


def http_block(wire: Wire, *, with_body: bool) -> bytes:
    """Status line, headers as they came and, unless it is a revisit, the body."""
    try:
        reason = HTTPStatus(wire.status).phrase
    except ValueError:
        reason = ""
    protocol = wire.protocol if wire.protocol.startswith("HTTP/1") else "HTTP/1.1"
    lines = [f"{protocol} {wire.status} {reason}".encode()]
    lines += [name + b": " + value for name, value in wire.headers if name.lower() not in _TRANSFER_ONLY]
    return b"\r\n".join(lines) + b"\r\n\r\n" + (wire.body if with_body else b"")


def _member(fields: Iterable[tuple[str, str]], block: bytes) -> bytes:
    header = "".join(f"{name}: {value}\r\n" for name, value in fields)
    deflate = zlib.compressobj(_COMPRESSION, zlib.DEFLATED, 31)
    data = deflate.compress(VERSION + header.encode() + f"Content-Length: {len(block)}\r\n\r\n".encode() + block + b"\r\n\r\n")
    return data + deflate.flush()


def info_record(filename: str, time: datetime, facts: dict[str, str]) -> bytes:
    """The ``warcinfo`` that opens a file: which software, for whom, under which rules."""
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


def request_record(wire: Wire, concurrent_to: str) -> bytes:
    """The request that ``concurrent_to`` answers."""
    fields = [
        ("WARC-Type", "request"),
        ("WARC-Record-ID", record_id()),
        ("WARC-Target-URI", wire.url),
        ("WARC-Date", wire.date),
        ("WARC-Concurrent-To", concurrent_to),
        ("WARC-Block-Digest", digest(wire.request)),
        ("Content-Type", "application/http;msgtype=request"),
    ]
    if wire.ip:
        fields.insert(4, ("WARC-IP-Address", wire.ip))
    return _member(fields, wire.request)


@dataclass(frozen=True, slots=True)
class Refers:
    """The capture whose payload a revisit stands for."""

    url: str
    time: str
    payload_digest: str


def response_record(wire: Wire, identifier: str, refers: Refers | None = None) -> bytes:
    """A ``response``, or with ``refers`` the ``revisit`` of an unchanged one (no payload stored again)."""
    block = http_block(wire, with_body=refers is None)
    fields = [
        ("WARC-Type", "response" if refers is None else "revisit"),
        ("WARC-Record-ID", identifier),
        ("WARC-Target-URI", wire.url),
        ("WARC-Date", wire.date),
        ("WARC-Payload-Digest", wire.payload_digest if refers is None else refers.payload_digest),
        ("WARC-Block-Digest", digest(block)),
        ("Content-Type", "application/http;msgtype=response"),
    ]
    if wire.ip:
        fields.insert(4, ("WARC-IP-Address", wire.ip))
    if refers is not None:
        profile = NOT_MODIFIED if wire.status == HTTPStatus.NOT_MODIFIED else IDENTICAL_PAYLOAD
        fields += [
            ("WARC-Profile", profile),
            ("WARC-Refers-To-Target-URI", refers.url),
            ("WARC-Refers-To-Date", refers.time),
        ]
    return _member(fields, block)
