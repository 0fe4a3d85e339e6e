"""The last pass: chunks into catalog and index."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

from crawler.archive.changes import current, line_digest, note_all
from crawler.archive.entry import entry_of
from crawler.archive.follow import followed
from crawler.archive.forgotten import forgotten
from crawler.archive.post_rows import post_row
from crawler.archive.swap import REMOVE
from crawler.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.bulk.job import Job

_KEPT = "in the index, and no capture here makes it; its line and file stay"


@dataclass(slots=True)
class Outcome:
    """What differs from before, and how much could not be made; :func:`failures` tells what."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failures: int = 0
    #: Lines of the old index that are none of an index.
    strange: int = 0


def assemble(job: Job, chunks: int) -> Outcome:
    """Write the chunks' posts into the new catalog and all lines into the new index."""
    outcome = Outcome()
    with closing(sqlite3.connect(job.catalog, isolation_level=None)) as db, _failed(job).open("wb") as failed:
        db.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; DELETE FROM posts; DELETE FROM post_urls;")
        db.execute("DROP INDEX IF EXISTS posts_order")
        for number in range(chunks):
            outcome.failures += _take(db, job.done(number), failed)
        _compare(db, job, outcome, failed)
        db.execute("CREATE INDEX posts_order ON posts (first_seen, id)")
        size = _write_index(db, job.tree / "index.jsonl")
        db.execute("INSERT OR REPLACE INTO meta VALUES ('index_size', ?)", (size,))
        db.execute("INSERT OR REPLACE INTO meta SELECT 'synced_posts', coalesce(max(rowid), 0) FROM posts")
        _number_changes(db, job)
        # As the archive's own catalogs are kept, so that a reader never has to wait for a writer.
        db.execute("PRAGMA journal_mode = WAL")
    return outcome


def _number_changes(db: sqlite3.Connection, job: Job) -> None:
    """Go on with the numbers of the old catalog, so that who follows the archive is told of no more than what differs."""
    goes_on = False
    if job.old is not None:
        with suppress(CannotRun), followed(Path(job.old)) as before:
            db.executemany("INSERT INTO changes VALUES (?,?,?,?)", before.execute("SELECT * FROM changes ORDER BY seq"))
            db.execute("INSERT OR REPLACE INTO meta VALUES ('epoch', ?)", (current(before).epoch,))
            goes_on = True
    if not goes_on:
        db.execute("DELETE FROM changes")  # what came of one that turned out to be damaged
    note_all(db)
    if not goes_on:  # the same captures give the same catalog
        digests = "".join(digest for (digest,) in db.execute("SELECT digest FROM changes ORDER BY seq"))
        db.execute("INSERT OR REPLACE INTO meta VALUES ('epoch', ?)", (int(line_digest(digests)[:12], 16),))


def _failed(job: Job) -> Path:
    return Path(job.stage) / "failed.jsonl"


def failures(job: Job) -> Iterator[tuple[str, str, str]]:
    """What could not be made: URL, code and reason. Until the stage is put in its place."""
    with _failed(job).open("rb") as file:
        for line in file:
            url, code, reason = orjson.loads(line)
            yield url, code, reason


def changes(job: Job) -> Iterator[tuple[str, str]]:
    """What a rebuild with ``diff`` would change: the path of each file, and a unified diff of it. Until the stage is gone."""
    for path in sorted((Path(job.stage) / "done").glob("*.sqlite")):
        with closing(sqlite3.connect(path)) as db:
            yield from db.execute("SELECT path, change FROM changes ORDER BY rowid")


def _take(db: sqlite3.Connection, done: Path, failed: IO[bytes]) -> int:
    db.execute("ATTACH ? AS chunk", (str(done),))
    number = 0
    for row in db.execute("SELECT url, code, reason FROM chunk.failed ORDER BY rowid"):
        failed.write(orjson.dumps(row) + b"\n")
        number += 1
    db.execute("BEGIN")
    db.execute("INSERT INTO posts SELECT * FROM chunk.posts ORDER BY rowid")
    db.execute("INSERT OR REPLACE INTO post_urls SELECT * FROM chunk.post_urls ORDER BY rowid")
    db.execute("COMMIT")
    db.execute("DETACH chunk")
    return number


def _compare(db: sqlite3.Connection, job: Job, outcome: Outcome, failed: IO[bytes]) -> None:
    """Count what differs from the old index; lines whose captures are not here stay, and are named."""
    total = db.execute("SELECT count(*) FROM posts").fetchone()[0]
    known, remove = 0, []
    kept: list[tuple[object, ...]] = []
    out = forgotten(Path(job.old)) if job.old else frozenset()
    for old, text in _old_lines(job, outcome):
        if old["id"] in out:
            remove.append(old["path"])
            continue
        found = db.execute("SELECT line FROM posts WHERE id = ?", (old["id"],)).fetchone()
        if found is None:
            kept.append(post_row(old, text))
            if job.period.takes(old["date"]):
                outcome.failures += 1
                failed.write(orjson.dumps((old["url"], "no-capture", _KEPT)) + b"\n")
            continue
        known += 1
        new = orjson.loads(found[0])
        outcome.changed += found[0] != text
        outcome.unchanged += found[0] == text
        if new["path"] != old["path"]:
            remove.append(old["path"])
    outcome.new = total - known
    db.execute("BEGIN")
    db.executemany("INSERT INTO posts VALUES (?,?,?,?,?,?,?)", kept)
    db.executemany("INSERT OR REPLACE INTO post_urls VALUES (?, ?)", [(row[1], row[0]) for row in kept])
    db.execute("COMMIT")
    (Path(job.stage) / REMOVE).write_text("".join(f"{path}\n" for path in remove), "utf-8")


def _old_lines(job: Job, outcome: Outcome) -> Iterator[tuple[dict[str, Any], str]]:
    index = Path(job.old or "") / "index.jsonl"
    if job.old is None or not index.exists():
        return
    with index.open("rb") as file:
        for line in file:
            entry = entry_of(line)
            if entry is None:
                outcome.strange += 1  # nothing to compare with, and no path of its may be removed
            else:
                yield entry, line.decode().rstrip("\n")


def _write_index(db: sqlite3.Connection, path: Path) -> int:
    with path.open("wb") as file:
        for (line,) in db.execute("SELECT line FROM posts ORDER BY first_seen, id"):
            file.write(line.encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
        return file.tell()
