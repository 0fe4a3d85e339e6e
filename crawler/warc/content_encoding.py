"""Decoding payloads: content encodings (RFC 9110, 8.4) and chunks (RFC 9112, 7.1)."""

from __future__ import annotations

import importlib
import zlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The largest decoded body: no page, feed or share answer comes near it, and a decompression bomb goes far beyond.
MAX_BODY = 64 * 1024 * 1024
_GZIP = 31


class UnreadableCoding(ValueError):
    """A body cannot be decoded; the message says why."""


def decoded(payload: bytes, headers: Iterable[tuple[str, str]], limit: int = MAX_BODY) -> bytes:
    """The decoded body: chunks are joined, and content encodings undone, the last one first.

    Other archivers store chunks as they came, or keep the header although they joined the chunks.

    :raises UnreadableCoding: if the body is not in the encoding that its header names, has more than ``limit`` bytes, or
        needs a library that is not installed.
    """
    codings: list[str] = []
    for name, value in headers:
        key = name.lower()
        if key == "transfer-encoding" and "chunked" in value.lower():
            payload = unchunked(payload)
        elif key == "content-encoding":
            codings += [coding.strip().lower() for coding in value.split(",") if coding.strip()]
    for coding in reversed(codings):
        payload = _undo(coding, payload, limit)
    return payload


def unchunked(body: bytes) -> bytes:
    """The chunks of ``body`` joined; ``body`` itself if it is not chunked."""
    parts: list[bytes] = []
    position = 0
    while True:
        end = body.find(b"\r\n", position)
        size = body[position:end].partition(b";")[0].strip() if 0 <= end <= position + 64 else b""
        try:
            length = int(size, 16)
        except ValueError:
            return body
        if length == 0:
            return b"".join(parts)
        start = end + 2
        if body[start + length : start + length + 2] != b"\r\n":
            return body
        parts.append(body[start : start + length])
        position = start + length + 2


def _undo(coding: str, body: bytes, limit: int) -> bytes:
    if not body or coding == "identity":
        return body
    try:
        if coding in ("gzip", "x-gzip"):
            return _inflate(body, _GZIP, limit)
        if coding == "deflate":  # it should have a zlib header, and is often sent without
            return _inflate(body, 15 if body[0] & 0x0F == zlib.DEFLATED else -15, limit)
        if coding == "br":
            return _within(_library("brotli", coding).Decompressor().process(body, output_buffer_limit=limit + 1), limit)
        if coding == "zstd":
            reader = _library("zstandard", coding).ZstdDecompressor(max_window_size=1 << 27).stream_reader(body)
            return _within(reader.read(limit + 1), limit)
    except UnreadableCoding:
        raise
    except Exception as error:  # noqa: BLE001 - each library has errors of its own
        raise UnreadableCoding(f"Content-Encoding {coding}, and it is not: {error}") from None
    return body  # servers write anything there ("utf-8", "none"), and browsers show the body as it is


def _inflate(body: bytes, wbits: int, limit: int) -> bytes:
    # A truncated stream gives what it has, as in a browser.
    parts: list[bytes] = []
    left = limit + 1
    while body and left:
        inflate = zlib.decompressobj(wbits)
        parts.append(inflate.decompress(body, left))
        left -= len(parts[-1])
        body = inflate.unused_data if wbits == _GZIP and inflate.unused_data.startswith(b"\x1f\x8b") else b""
    return _within(b"".join(parts), limit)


def _within(body: bytes, limit: int) -> bytes:
    if len(body) > limit:
        raise UnreadableCoding(f"more than {limit} bytes when decoded")
    return bytes(body)


def _library(name: str, coding: str) -> Any:
    try:
        return importlib.import_module(name)
    except ImportError:
        raise UnreadableCoding(f"Content-Encoding {coding}: install the library for it ({name}) with: make extras") from None
