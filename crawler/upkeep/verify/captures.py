"""Every record of every WARC file holds what its digests say, and the catalog speaks of each."""

from __future__ import annotations

import base64
import hashlib
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.paths import CAPTURES, CATALOG
from crawler.batch.scanning import database
from crawler.upkeep.verify.finding import Finding
from crawler.warc.members import pieces
from crawler.warc.reader import MAX_RECORD, DamagedRecord, header_fields, parse

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.upkeep.verify.snapshot import Snapshot

_COLUMNS = "url, time, status, type, offset, length, payload_digest"
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


def record_fault(content: bytes) -> str:
    """What is wrong with a record's digests; empty if they hold.

    :raises DamagedRecord: if it is no whole record.
    """
    record = parse(content)
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


def check_file(path: str, size: int, target: str) -> int:
    """Read a WARC file up to byte ``size`` and note in ``target`` what it holds and what is wrong; gives ``size``."""
    with closing(database(Path(target))) as db:
        db.execute(f"CREATE TABLE found ({_COLUMNS})")
        db.execute("CREATE TABLE wrong (offset, what)")
        db.execute("BEGIN")
        for offset, length, content in pieces(Path(path), 0, MAX_RECORD):
            if offset >= size:
                break
            if isinstance(content, str):
                db.execute("INSERT INTO wrong VALUES (?, ?)", (offset, content))
                continue
            try:
                record, fault = parse(content), record_fault(content)
            except DamagedRecord as error:
                record, fault = None, str(error)
            if fault:
                db.execute("INSERT INTO wrong VALUES (?, ?)", (offset, fault))
            if record is not None:
                row = (record.url, record.time, record.status, record.type, offset, length, record.payload_digest)
                db.execute("INSERT INTO found VALUES (?,?,?,?,?,?,?)", row)
        db.execute("COMMIT")
    return size


def findings(snapshot: Snapshot, checked: dict[str, Path]) -> Iterator[Finding]:
    """What :func:`check_file` found wrong, and where catalog and files differ. ``checked``: file name -> its notes."""
    known = snapshot.has_catalog
    with closing(sqlite3.connect(snapshot.catalog if known else ":memory:", isolation_level=None)) as db:
        for name, notes in checked.items():
            db.execute("ATTACH ? AS one", (str(notes),))
            for offset, what in db.execute("SELECT offset, what FROM one.wrong ORDER BY offset").fetchall():
                yield Finding(f"{CAPTURES}/{name}", f"byte {offset}: {what}", offset=offset)
            if known:
                yield from _differences(db, name)
            db.execute("DETACH one")
        if known:
            yield from _only_in_catalog(db, set(checked))


def _differences(db: sqlite3.Connection, name: str) -> Iterator[Finding]:
    ours = f"SELECT {_COLUMNS} FROM captures WHERE file = ?"
    theirs = f"SELECT {_COLUMNS} FROM one.found"
    for row in db.execute(f"{theirs} EXCEPT {ours} ORDER BY offset", (name,)):
        what = f"byte {row[4]}: the capture of {row[0]} is not in the catalog as it is"
        yield Finding(f"{CAPTURES}/{name}", what, url=row[0], offset=row[4])
    for row in db.execute(f"{ours} EXCEPT {theirs} ORDER BY offset", (name,)):
        yield Finding(CATALOG, f"no such capture of {row[0]} at byte {row[4]} of {name}", url=row[0])


def _only_in_catalog(db: sqlite3.Connection, names: set[str]) -> Iterator[Finding]:
    for (name,) in db.execute("SELECT DISTINCT file FROM captures ORDER BY file"):
        if name not in names:
            yield Finding(CATALOG, f"speaks of {name}, which is not in captures/")
    unresolved = (
        "SELECT r.file, r.offset, r.url FROM captures r LEFT JOIN captures p ON p.id = r.payload_id AND p.type = 'response'"
        " AND p.payload_digest = r.payload_digest WHERE p.id IS NULL ORDER BY r.id"
    )
    for file, offset, url in db.execute(unresolved):
        what = f"the capture of {url} at byte {offset} of {file} leads to no payload with its digest"
        yield Finding(CATALOG, what, url=url)
