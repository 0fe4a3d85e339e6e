"""Whether a record holds what its digests say."""

from __future__ import annotations

import base64
import hashlib
from typing import TYPE_CHECKING

from crawler.warc.reader import header_fields

if TYPE_CHECKING:
    from crawler.warc.reader import Record

_BASE16 = {40: "sha1", 64: "sha256"}


def holds(labelled: str, data: bytes) -> bool:
    """Whether a labelled digest (``sha1:`` or ``sha256:``, base32 or hexadecimal) is that of ``data``.

    :raises ValueError: if it is of a kind that is not known.
    """
    label, _, value = labelled.partition(":")
    name = label.lower().replace("-", "")
    if name not in _BASE16.values():
        raise ValueError(f"a digest of an unknown kind: {labelled}")
    hashed = hashlib.new(name, data, usedforsecurity=False).digest()
    if len(value) == 2 * len(hashed):
        return value.lower() == hashed.hex()
    return value.upper().rstrip("=") == base64.b32encode(hashed).decode().rstrip("=")


def digest_fault(record: Record | None, content: bytes) -> str:
    """What is wrong with the digests of a record, of which ``content`` is all; empty if they hold."""
    head, _, rest = content.partition(b"\r\n\r\n")
    fields = header_fields(head)
    block = rest[: int(fields.get(b"content-length", b"0"))]
    try:
        if b"warc-block-digest" in fields and not holds(fields[b"warc-block-digest"].decode(), block):
            return "the block is not what its digest says"
        stored = record.payload_digest if record is not None and record.type == "response" else ""
        if record is not None and stored and not holds(stored, record.payload):
            return f"the payload of {record.url} is not what its digest says"
    except ValueError as error:
        return str(error)
    return ""
