"""Whether a database would be made again byte for byte, so that the one that is there can stay.

A database is a function of the index's lines, of the source posts that these name by digest, of the checkpoint, and of code. A
digest of all that is stored in it, with the number of writes that SQLite counts in the file's head: whoever has written to the
database since has changed that number, and it is made anew.
"""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import suppress
from itertools import islice
from typing import TYPE_CHECKING

from crawler.archive.entry import entry_of
from crawler.archive.lines import index_lines
from crawler.exporters.chunk import source_content
from crawler.exporters.database import open_database
from crawler.text.readings import ROOMS, code, reader_version

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.batch.processes import Workers
    from crawler.exporters.checkpoint import Checkpoint
    from crawler.exporters.filters import Filter

_NAME = "made_of"
_ROOMS = (*ROOMS, "exporters", "fields.py")
#: In the head of a database: the form of its journal, for writing and for reading, and the number of writes.
_JOURNAL, _WRITES, _HEAD = slice(18, 20), slice(24, 28), 28
_ROLLBACK = b"\1\1"
_CHUNK = 1000


def made_of(archive: Path, wanted: Filter, checkpoint: Checkpoint) -> str:
    """A digest of all that a database is made of now, but for the source posts, which the index names by their digests."""
    of_code = code(_ROOMS) + reader_version(archive) + sqlite3.sqlite_version.encode()
    about = "\0".join((*checkpoint.about().values(), *sorted(wanted.without)))
    found = hashlib.blake2b(about.encode() + of_code, digest_size=16)
    for line in index_lines(archive):
        found.update(line)
    return found.hexdigest()


def is_unchanged(target: Path, now: str) -> bool:
    """Whether a database was made of this (:func:`made_of`), and nobody has written to it since."""
    if not target.is_file() or not target.with_suffix(".metadata.json").is_file():
        return False
    writes = _writes(target)
    with suppress(OSError, sqlite3.Error), open_database(target, "ro") as db:
        found = db.execute("SELECT value FROM about WHERE name = ?", (_NAME,)).fetchone()
        return writes is not None and found is not None and found[0] == f"{now} {writes}"
    return False


def note_made_of(target: Path, now: str) -> None:
    """Store in a database what it was made of. This has to be the last that is written to it."""
    writes = _writes(target)
    if writes is not None:
        with open_database(target) as db:
            db.execute("INSERT OR REPLACE INTO about VALUES (?, ?)", (_NAME, f"{now} {writes + 1}"))


def has_whole_sources(archive: Path, workers: Workers) -> bool:
    """Whether the source post of every index line is there as the line says."""
    return all(workers.run(_are_whole, ((str(archive), lines) for lines in _chunks(archive))))


def _chunks(archive: Path) -> Iterator[list[bytes]]:
    lines = index_lines(archive)
    while chunk := list(islice(lines, _CHUNK)):
        yield chunk


def _are_whole(archive: str, lines: list[bytes]) -> bool:
    for line in lines:
        entry = entry_of(line)
        if entry is None or source_content(f"{archive}/{entry['path']}", entry["sha256"])[1]:
            return False
    return True


def _writes(target: Path) -> int | None:
    """How often a database was written to; ``None`` if its journal is of a form with which that is not counted."""
    with target.open("rb") as file:
        head = file.read(_HEAD)
    return int.from_bytes(head[_WRITES], "big") if head[_JOURNAL] == _ROLLBACK else None
