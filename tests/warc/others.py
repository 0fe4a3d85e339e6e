"""Records and files as other tools write them, made here, and what warcio and FastWARC read of them."""

from __future__ import annotations

import base64
import bz2
import gzip
import hashlib
import lzma
import re
from collections import Counter
from dataclasses import dataclass, replace
from io import BytesIO
from typing import TYPE_CHECKING, Any

import zstandard
from fastwarc.stream_io import Lz4Writer
from fastwarc.warc import ArchiveIterator as FastArchiveIterator
from warcio.archiveiterator import ArchiveIterator

from crawler.warc.listing import Listed, listing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PAGE = b"<!doctype html><html><body><h1>Headline</h1><p>Text of the page.</p></body></html>\n"


@dataclass(frozen=True)
class Made:
    """A record, and how it is written."""

    body: bytes = PAGE
    url: str = "http://site.test/1"
    type: str = "response"
    date: str = "2022-03-03T10:00:00Z"
    version: str = "WARC/1.0"
    status: str = "HTTP/1.1 200 OK"
    headers: tuple[str, ...] = ("Content-Type: text/html",)
    #: The body as it is stored, if otherwise.
    stored: bytes | None = None
    digest: str = ""
    block_digest: str = ""
    more: tuple[str, ...] = ()
    media: str = "Content-Type: application/http; msgtype=response"
    end: bytes = b"\r\n\r\n"
    names: Callable[[str], str] = str
    line: str = "\r\n"
    http_line: str = "\r\n"
    fold: str = ""
    length: int | None = None

    @property
    def block(self) -> bytes:
        head = self.http_line.join((self.status, *self.headers)) + self.http_line * 2
        return head.encode() + (self.body if self.stored is None else self.stored)

    @property
    def content(self) -> bytes:
        block = self.block
        fields = [
            f"WARC-Type: {self.type}",
            "WARC-Record-ID: <urn:uuid:00000000-0000-0000-0000-000000000001>",
            f"WARC-Target-URI: {self.url}",
            f"WARC-Date: {self.date}",
            *([f"WARC-Payload-Digest: {self.digest}"] if self.digest else []),
            *([f"WARC-Block-Digest: {self.block_digest}"] if self.block_digest else []),
            *self.more,
            *([self.media] if self.media else []),
            f"Content-Length: {len(block) if self.length is None else self.length}",
        ]
        fields = [re.sub(r"^[\w-]+", lambda found: self.names(found[0]), field) for field in fields]
        if self.fold:
            fields = [field.replace(f"{self.fold}: ", f"{self.fold}:{self.line} ", 1) for field in fields]
        return (self.line.join((self.version, *fields)) + self.line * 2).encode() + block + self.end


def chunks(body: bytes, size: int = 20, *, last: bool = True) -> bytes:
    parts = [body[start : start + size] for start in range(0, len(body), size)]
    return b"".join(b"%x\r\n%s\r\n" % (len(part), part) for part in parts) + (b"0\r\n\r\n" if last else b"")


def chunked(made: Made, *, last: bool = True) -> Made:
    headers = (*made.headers, "Transfer-Encoding: chunked")
    return replace(made, stored=chunks(made.body, last=last), headers=headers)


def b32(data: bytes) -> str:
    return "sha1:" + base64.b32encode(hashlib.sha1(data).digest()).decode()


def arc(*made: Made, version: int = 1) -> list[bytes]:
    """The records of an ARC file, its head first."""
    columns = "URL IP-address Archive-date Content-type Archive-length"
    if version == 2:
        columns = "URL IP-address Archive-date Content-type Result-code Checksum Location Offset Filename Archive-length"
    about = f"{version} 0 Somebody\n{columns}\n\n".encode()
    more = " 200 - - 0 x.arc" if version == 2 else ""
    records = [f"filedesc://x.arc 0.0.0.0 20220303100000 text/plain{more} {len(about)}\n".encode() + about + b"\n"]
    for one in made:
        stamp = re.sub(r"\D", "", one.date)
        head = f"{one.url} 192.0.2.1 {stamp} text/html{more} {len(one.block)}\n".encode()
        records.append(head + one.block + b"\n")
    return records


def lz4(data: bytes) -> bytes:
    packed = BytesIO()
    stream = Lz4Writer(packed)
    stream.write(data)
    stream.close()
    return packed.getvalue()


def each(pack: Callable[[bytes], bytes]) -> Callable[[list[bytes]], bytes]:
    return lambda records: b"".join(pack(record) for record in records)


def whole(pack: Callable[[bytes], bytes]) -> Callable[[list[bytes]], bytes]:
    return lambda records: pack(b"".join(records))


def mixed(records: list[bytes]) -> bytes:
    """Some compressed one by one, some together, some not."""
    third = -(-len(records) // 3)
    together = gzip.compress(b"".join(records[third : 2 * third])) if records[third:] else b""
    return each(gzip.compress)(records[:third]) + together + b"".join(records[2 * third :])


def blocks(records: list[bytes]) -> bytes:
    """Gzip members that end wherever they are full, as bgzip writes them."""
    data = b"".join(records)
    return b"".join(gzip.compress(data[start : start + 100]) for start in range(0, len(data), 100))


PACKINGS: dict[str, Callable[[list[bytes]], bytes]] = {
    "not": b"".join,
    "gzip": each(gzip.compress),
    "gzip, whole": whole(gzip.compress),
    "zstd": each(zstandard.compress),
    "zstd, whole": whole(zstandard.compress),
    "LZ4": each(lz4),
    "bzip2": each(bz2.compress),
    "bzip2, whole": whole(bz2.compress),
    "xz, whole": whole(lzma.compress),
    "mixed": mixed,
    "blocks": blocks,
}


Read = Counter[tuple[str, str]]
_COLUMNS = re.compile(r"^(%20)+|%20[0-9.]+%20\d{14}%20.*")
CAPTURES = ("response", "revisit", "resource")


def ours(path: Path) -> tuple[Read, list[Listed]]:
    """Address and SHA-1 of each response, revisit and resource without a fault; and the lines with one."""
    lines = list(listing(path, path.name))
    good = [line for line in lines if not line.fault and line.type in CAPTURES]
    return Counter(key(line) for line in good), [line for line in lines if line.fault]


def key(line: Listed) -> tuple[str, str]:
    return _bare(line.url or ""), line.sha1 or ""


def by_warcio(data: bytes) -> Read:
    found: Read = Counter()
    try:
        for record in ArchiveIterator(BytesIO(data)):
            if record.rec_type in CAPTURES:
                url = record.rec_headers.get_header("WARC-Target-URI") or record.rec_headers.get_header("uri")
                found[_bare(url), hashlib.sha1(_body(record)).hexdigest()] += 1
    except Exception:  # noqa: BLE001 - it reads up to there
        return found
    return found


def _bare(url: str | None) -> str:
    """An address without what only its spelling in the record adds: a fold, brackets, the other columns of ARC 2."""
    return _COLUMNS.sub("", (url or "").strip(" \r\n<>").replace(" ", "%20"))


def _body(record: Any) -> bytes:
    """The body with its chunks joined, and not decoded."""
    if record.http_headers is None:
        return record.raw_stream.read()
    record.http_headers.headers = [
        (name, value) for name, value in record.http_headers.headers if name.lower() != "content-encoding"
    ]
    return record.content_stream().read()


def by_fastwarc(data: bytes) -> Read:
    found: Read = Counter()
    try:
        for record in FastArchiveIterator(BytesIO(data), parse_http=False):
            if str(record.record_type).rpartition(".")[2] not in CAPTURES:
                continue
            if record.is_http:
                record.parse_http(auto_decode="transfer")
            found[_bare(record.headers.get("WARC-Target-URI")), hashlib.sha1(record.reader.read()).hexdigest()] += 1
    except Exception:  # noqa: BLE001 - it reads up to there
        return found
    return found


def compare(path: Path, faults: int = 0) -> dict[str, int]:
    """How many responses, revisits and resources of HTTP each reader reads in a file.

    ``named`` are those of which the reader here gives what there is and says that something is wrong, ``lost`` those that another
    gives and the reader here does not, and ``other payload`` those with a payload that none of the others gives.
    """
    data = path.read_bytes()
    (found, bad), warcio, fastwarc = ours(path), by_warcio(data), by_fastwarc(data)
    named = Counter(key(line) for line in bad if line.type in CAPTURES)
    others = _addresses(warcio) | _addresses(fastwarc)
    here = _addresses(found + named)
    return {
        "read": _addresses(found).total(),
        "named": (_addresses(named) & others).total(),
        "warcio": _addresses(warcio).total(),
        "FastWARC": _addresses(fastwarc).total(),
        "lost": (others - here).total(),
        "other payload": sum(
            number for one, number in (found + named).items() if one[0] in others and one not in warcio and one not in fastwarc
        ),
        "faults": len(bad) + faults,
    }


def _addresses(read: Read) -> Counter[str]:
    """How many records there are of each address of HTTP."""
    counts: Counter[str] = Counter()
    for (url, _), number in read.items():
        if url[:4].lower() == "http":
            counts[url] += number
    return counts
