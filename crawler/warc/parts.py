"""Parts of a large file of captures, which several processes read at the same time.

A part is read from the first record that begins in it up to the first one that begins behind it. If each part ends where the
next one begins, and every record is ordinary, the pieces are exactly those that reading the file from its beginning gives:
where a record ends depends on nothing before it. For any other file, its parts say nothing, and it has to be read whole.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, BinaryIO

from crawler.warc.scan import HELD
from crawler.warc.splitter import GZIP, Splitter

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from crawler.warc.piece import Piece

#: A part begins every so many bytes. Smaller files are one part.
PART = 8 << 20
#: The first record of a part is searched in so many bytes, and so many places are tried: what looks like the beginning of a
#: record may be in the middle of another one.
_SEARCHED, _TRIED = 1 << 20, 64
_NOWHERE = -1


@dataclass(slots=True)
class Part:
    """A part of a file, from byte ``begin`` up to ``end``, and between which records it was read.

    ``start`` is where its first record begins, ``stop`` where the first one behind it does; -1 if there is none, or something
    else than ordinary records is in it.
    """

    begin: int
    end: int
    start: int = _NOWHERE
    stop: int = _NOWHERE


def parts_of(size: int) -> list[Part]:
    """The parts of a file of so many bytes.

    >>> [(part.begin, part.end) for part in parts_of(20 << 20)]
    [(0, 8388608), (8388608, 20971520)]
    """
    begins = list(range(0, max(size - PART, 1), PART))
    return [Part(begin, end) for begin, end in pairwise([*begins, size])]


def are_whole(parts: Sequence[Part], size: int) -> bool:
    """Whether parts that were read have all records of a file of so many bytes, each once."""
    ends = [0, *(part.stop for part in parts)]
    return ends[-1] == size and all(part.start == end for part, end in zip(parts, ends, strict=False))


def ordinary_pieces(path: Path, part: Part) -> Iterator[Piece]:
    """The records of a part, as far as they are ordinary; notes in ``part`` how far that is.

    :raises OSError: if the file cannot be read at all.
    """
    with path.open("rb", 1 << 17) as file:
        splitter = Splitter(file, path.stat().st_size, HELD)
        offset = _first(file, splitter, part) if part.begin else 0
        part.start = offset
        while _NOWHERE < offset < part.end:
            piece = splitter.ordinary(offset)
            if piece is None:
                return
            yield piece
            offset += piece.length
        part.stop = offset


def _first(file: BinaryIO, splitter: Splitter, part: Part) -> int:
    """Where the first record in a part begins."""
    file.seek(part.begin)
    searched = file.read(min(_SEARCHED, part.end - part.begin))
    place = -1
    for _ in range(_TRIED):
        place = searched.find(GZIP, place + 1)
        if place < 0:
            break
        if splitter.ordinary(part.begin + place) is not None:
            return part.begin + place
    return _NOWHERE
