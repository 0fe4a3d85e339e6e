"""What a worker's catalog has of its own captures: rows that are taken over, so that its files need not be read again.

That holds for a worker that ended well, for then its catalog has every record of its files. Whatever is in doubt is read from
the files, as after a crash.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, NamedTuple

from crawler.archive.captures import SYNCED
from crawler.archive.catalog.schema import CaptureRow
from crawler.warc.scan import ScannedCapture

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from crawler.archive.catalog.catalog import Catalog

_OWN = "SELECT c.*, p.file, p.offset FROM captures c LEFT JOIN captures p ON p.id = c.payload_id WHERE c.file = ? ORDER BY c.id"


class OwnRow(NamedTuple):
    """A row of a worker's catalog, and the place of the record that has its payload."""

    row: CaptureRow
    payload: tuple[str, int]


def own_rows(worker: Path, files: Collection[Path], catalog: Catalog) -> list[OwnRow]:
    """The rows of all ``files`` of a worker; none if not every record is certainly among them.

    :param worker: the worker's catalog.
    :param catalog: that of the archive, which has the payloads that the worker found there.
    """
    if not worker.exists():
        return []
    found: list[OwnRow] = []
    try:
        with closing(sqlite3.connect(worker)) as db:
            sizes = dict(db.execute("SELECT name, size FROM files"))
            ((synced,),) = db.execute("SELECT coalesce(max(value), 0) FROM meta WHERE name = ?", (SYNCED,))
            for path in files:
                if sizes.get(path.name) != path.stat().st_size:
                    return []
                found += [OwnRow(CaptureRow._make(one[:-2]), one[-2:]) for one in db.execute(_OWN, (path.name,))]
    except sqlite3.DatabaseError:
        return []  # it was killed, and its catalog may be damaged
    places = {(one.row.file, one.row.offset) for one in found}
    is_whole = all(one.row.id <= synced and (one.payload in places or catalog.at(*one.payload)) for one in found)
    return found if is_whole else []


def take_over(rows: list[OwnRow], names: Mapping[str, Path], catalog: Catalog) -> None:
    """Add a worker's rows to the catalog of the archive; ``names``: where its files are now."""
    for row, (file, offset) in rows:
        payload = catalog.at(names[file].name if file in names else file, offset) if row.type == "revisit" else None
        found = ScannedCapture(row.offset, row.length, row.type, row.url, row.time, row.status, row.payload_digest)
        catalog.add_capture(found, names[row.file].name, payload)
    for path in {names[one.row.file] for one in rows}:
        catalog.set_file_size(path.name, path.stat().st_size)
