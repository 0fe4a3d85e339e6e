"""Decoding payloads: content encodings (RFC 9110, 8.4) and chunks (RFC 9112, 7.1)."""

from __future__ import annotations

import importlib
import re
import zlib
from typing import TYPE_CHECKING, Any

from crawler.invocation import install

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The largest decoded body: no page, feed or share answer comes near it, and a decompression bomb goes far beyond.
MAX_BODY = 64 * 1024 * 1024
_GZIP = 31
_KNOWN = frozenset({"gzip", "x-gzip", "deflate", "br", "zstd"})
_MAGIC = {"gzip": b"\x1f\x8b", "x-gzip": b"\x1f\x8b", "zstd": b"\x28\xb5\x2f\xfd"}
#: More encodings than anybody puts on each other; each may take as long as the largest body.
_MOST_CODINGS = 8
CHUNK_SIZE = re.compile(rb"0{0,40}([0-9A-Fa-f]{1,8})[ \t]{0,40}(?:;[^\r\n]{0,1000})?\r\n")
#: A chunk's size that the end cut short.
CUT_SIZE = re.compile(rb"[0-9A-Fa-f]{1,8}[ \t]{0,40}\r?\Z")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_LOOKED_AT = 1024
_FIRST = 1024
_SMALL = 1 << 16


class UnreadableCoding(ValueError):
    """A body cannot be decoded; the message says why."""


def decoded(payload: bytes, headers: Iterable[tuple[str, str]], limit: int = MAX_BODY) -> bytes:
    """The decoded body: chunks are joined, and content encodings undone, the last one first.

    Other archivers store chunks as they came, or keep a header although they joined the chunks or decoded the body: what is
    not encoded is left as it is. Others lose the header: where there is none, the first bytes tell gzip and Zstandard.

    :raises UnreadableCoding: if the body is not in the encoding that its header names, has more than ``limit`` bytes, or
        needs a library that is not installed.
    """
    codings: list[str] = []
    is_joined = False
    for name, value in headers:
        key = name.lower()
        if key == "transfer-encoding" and "chunked" in value.lower() and not is_joined:
            payload, is_joined = unchunked(payload), True
        elif key == "content-encoding":
            codings += [coding.partition(";")[0].strip().lower() for coding in value.split(",") if coding.strip()]
    if len(codings) > _MOST_CODINGS:
        raise UnreadableCoding(f"{len(codings)} content encodings, more than {_MOST_CODINGS}")
    if not codings:
        return _undo_unsaid(payload, limit)
    for coding in reversed(codings):
        payload = _undo(coding, payload, limit)
    return payload


def unsaid_coding(body: bytes) -> str:
    """The content encoding that the first bytes of a body tell although no header does; empty for none."""
    return next((coding for coding in ("gzip", "zstd") if body.startswith(_MAGIC[coding])), "")


def _undo_unsaid(body: bytes, limit: int) -> bytes:
    coding = unsaid_coding(body)
    try:
        return _undo(coding, body, limit) if coding else body
    except UnreadableCoding:
        return body


def real_codings(body: bytes, claimed: Iterable[str], *, is_text: bool = False) -> tuple[bytes, list[str]]:
    """A body with its content encodings undone, and those of the ``claimed`` ones, the first applied first, that it really has.

    :param is_text: whether it is the body of a text: one that does not look like it is tried with every known encoding.
    """
    found: list[str] = []
    for coding in [name for name in claimed if name in _KNOWN][::-1][:_MOST_CODINGS]:
        try:
            plain = _undo(coding, body, MAX_BODY)
        except UnreadableCoding:
            continue
        if plain != body:
            body, found = plain, [coding, *found]
    for coding in ("gzip", "zstd", "deflate", "br") if is_text and not found and not _is_text(body) else ():
        try:
            plain = _undo(coding, body, MAX_BODY)
        except UnreadableCoding:
            continue
        if plain != body and _is_text(plain):
            return plain, [coding]
    return body, found


def unchunked(body: bytes) -> bytes:
    r"""The chunks of ``body`` joined; ``body`` itself if it is not chunked.

    Where no chunk begins, the rest is left as it is; chunks that a connection broke off need no last one.

    >>> unchunked(b"3\r\nabc\r\n0\r\n\r\n"), unchunked(b"3\r\nabc\r\n9\r\ndef"), unchunked(b"plain")
    (b'abc', b'abcdef', b'plain')
    """
    joined = bytearray()  # not a list of chunks, which may be millions
    position, is_begun, end = 0, False, len(body)
    with memoryview(body) as view:
        while position < end:
            size = CHUNK_SIZE.match(body, position)
            if size is None:
                if not (is_begun and CUT_SIZE.match(body, position)):
                    joined += view[position:]
                break
            length, start = int(size[1], 16), size.end()
            if length == 0:
                break
            behind = start + length
            if behind < end and not body.startswith(b"\r\n", behind) and not (behind == end - 1 and body.endswith(b"\r")):
                joined += view[position:]
                break
            joined += view[start:behind]
            position, is_begun = behind + 2, True
    return bytes(joined)


def _undo(coding: str, body: bytes, limit: int) -> bytes:
    if not body or coding not in _KNOWN:
        return body  # servers write anything there ("utf-8", "none"), and browsers show the body as it is
    magic = _MAGIC.get(coding)
    if magic and not body.startswith(magic):
        return body  # stored decoded, with the header that it came with
    try:
        return _decode(coding, body, limit)
    except Exception as error:
        if _is_text(body):
            return body
        if isinstance(error, UnreadableCoding):
            raise
        raise UnreadableCoding(f"Content-Encoding {coding}, and it is not: {error}") from None


def _decode(coding: str, body: bytes, limit: int) -> bytes:
    if coding == "deflate":  # it should have a zlib header, and is often sent without
        with_header = body[0] & 0x0F == zlib.DEFLATED
        if not with_header and _is_text(body) and not _is_whole_deflate(body, limit):
            return body
        return _inflate(body, 15 if with_header else -15, limit)
    if coding == "br":
        return _within(_library("brotli", coding).Decompressor().process(body, output_buffer_limit=limit + 1), limit)
    if coding == "zstd":
        reader = (
            _library("zstandard", coding).ZstdDecompressor(max_window_size=1 << 27).stream_reader(body, read_across_frames=True)
        )
        return _within(reader.read(limit + 1), limit)
    return _inflate(body, _GZIP, limit)


def _is_text(body: bytes) -> bool:
    """Whether a body begins as a text does, in whatever charset; what is compressed has control characters soon."""
    return _CONTROL.search(body, 0, _LOOKED_AT) is None


def _is_whole_deflate(body: bytes, limit: int) -> bool:
    inflate = zlib.decompressobj(-15)
    inflate.decompress(body, limit + 1)
    return inflate.eof and not inflate.unused_data


def _inflate(body: bytes, wbits: int, limit: int) -> bytes:
    if len(body) <= _SMALL:  # one member, as nearly all are
        inflate = zlib.decompressobj(wbits)
        whole = inflate.decompress(body, limit + 1)
        if inflate.eof and not inflate.unused_data:
            return _within(whole, limit)
    # A truncated stream gives what it has, as in a browser. What is behind a small member is copied, so portions begin small.
    parts: list[bytes] = []
    left, position, size = limit + 1, 0, _FIRST
    inflate = zlib.decompressobj(wbits)
    while position < len(body) and left:
        data = body[position : position + size]
        position, size = position + len(data), 2 * size
        while data and left:
            parts.append(inflate.decompress(data, left))
            left -= len(parts[-1])
            data = inflate.unconsumed_tail
        if inflate.eof:
            position, size = position - len(inflate.unused_data), _FIRST
            if wbits != _GZIP or not body.startswith(_MAGIC["gzip"], position):
                break
            inflate = zlib.decompressobj(wbits)
    return _within(b"".join(parts), limit)


def _within(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise UnreadableCoding(f"more than {limit} bytes when decoded")
    return bytes(body)


def _library(name: str, coding: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise UnreadableCoding(
            f"Content-Encoding {coding} takes what is not installed ({name}); {install('codings')}"
        ) from None
