"""The records of a file of captures, and whatever else is in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.warc.packing import BROKEN
from crawler.warc.piece import Piece
from crawler.warc.splitter import Splitter

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.warc.piece import Copy


def iter_members(path: Path, offset: int, limit: int) -> Iterator[tuple[int, int, bytes | str]]:
    """Offset, length and content of each record from ``offset`` on; where there is no record, a text that says why.

    Of a record of more than ``limit`` bytes, the content is only its head.
    """
    for one in pieces(path, offset, limit):
        if not one.is_filling:
            yield one.offset, one.length, one.fault or one.content or (one.large.head_bytes if one.large else b"")


def pieces(path: Path, offset: int, limit: int, copy: Copy | None = None) -> Iterator[Piece]:
    """Every piece of a file from ``offset`` on; one without content and fault is filling, such as zero bytes.

    Records of more than ``limit`` bytes are not held in memory, but handed to ``copy`` part by part.
    """
    size = path.stat().st_size
    held: Piece | None = None
    is_empty = size > 0 and not offset
    with path.open("rb", 1 << 17) as file:
        for one in Splitter(file, size, limit, copy).pieces(offset):
            is_empty = is_empty and one.is_filling
            if held is not None and one.is_filling:
                continue
            if held is not None and one.offset == held.offset and one.fault.startswith(BROKEN) and not one.content:
                held = held._replace(fault=one.fault)  # the reason for what was said before
                continue
            if held is not None:
                yield held._replace(length=max(0, one.offset - held.offset))
            held = one if one.fault else None
            if held is None:
                yield one
    if is_empty:
        held = Piece(0, 0, b"", "there is no record in it")
    if held is not None:
        yield held._replace(length=size - held.offset)
