"""What a record says of its own content: digests, lengths, and whether it is whole."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from crawler.warc.content_encoding import UnreadableCoding, decoded, unchunked
from crawler.warc.digests import contradicts

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.warc.reader import AnyRecord

_LENGTH = re.compile(r"[0-9]{1,18}\Z")
#: What the forms of compression put around a body, at most.
_FRAME = 32
NOT_BLOCK = "the block is not what its digest says"


def not_payload(url: str) -> str:
    """A payload that its digest contradicts."""
    return f"the payload of {url} is not what its digest says"


def is_chunked(headers: list[tuple[str, str]]) -> bool:
    """Whether the headers say that the body is sent in chunks."""
    return any(name.lower() == "transfer-encoding" and "chunked" in value.lower() for name, value in headers)


def is_encoded(headers: list[tuple[str, str]]) -> bool:
    """Whether the headers name a content encoding."""
    return any(name.lower() == "content-encoding" for name, _ in headers)


def digest_fault(found: AnyRecord) -> str:
    """What is wrong with the digests of a record; empty if they are right, or of a kind that nobody here can compute.

    A payload may have been hashed with its chunks or without, with its content encoding undone, and by some tools with its
    headers. The block of a revisit is not looked at, since some tools hash what they left out.
    """
    if found.type == "revisit":
        return ""
    if contradicts(found.field(b"warc-block-digest"), (found.block,)):
        return NOT_BLOCK
    stored = found.field(b"warc-payload-digest") if found.type in ("response", "resource") else ""
    return not_payload(found.url) if stored and contradicts(stored, _payloads(found)) else ""


def _payloads(found: AnyRecord) -> Iterator[bytes]:
    yield found.payload
    headers = found.headers
    if is_chunked(headers):
        yield unchunked(found.payload)
    if found.http is not None:
        yield found.block
    if is_encoded(headers):
        try:
            yield decoded(found.payload, headers)
        except UnreadableCoding:
            return


def incomplete(found: AnyRecord) -> str:
    """Why a response or resource has not all of its payload, as far as the archiver says so; empty if it does not."""
    cut, segment = found.field(b"warc-truncated"), found.field(b"warc-segment-number")
    if cut:
        return f"the archiver has cut {found.url} short (WARC-Truncated: {cut})"
    return f"segment {segment} of {found.url}, and segments are not joined" if segment else ""


def shortfall(headers: list[tuple[str, str]], body: bytes | int) -> str:
    """How much of a body, or of a body of so many bytes, the connection broke off; empty if nothing says so.

    An answer to HEAD has no body, and what was in chunks or encoded may be stored otherwise than it came. Some tools store the
    decoded body and leave out the header of its encoding, but not the length that it had before: that may be more only if the
    body can hardly be compressed.
    """
    length = body if isinstance(body, int) else len(body)
    if not length or is_chunked(headers) or is_encoded(headers):
        return ""
    stated = [value for name, value in headers if name.lower() == "content-length"][:1]
    wanted = int(stated[0]) if stated and _LENGTH.match(stated[0]) else 0
    if wanted <= length or (not isinstance(body, int) and wanted <= len(zlib.compress(body)) + _FRAME):
        return ""
    return f"the body breaks off: {length} bytes, and its Content-Length is {wanted}"
