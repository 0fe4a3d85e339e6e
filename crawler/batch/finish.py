"""The last pass: the posts of all chunks get into the catalog and the index."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

from crawler.archive.entry import entry_of
from crawler.archive.forgotten import forgotten
from crawler.archive.lines import lines
from crawler.archive.new_catalog import NewCatalog
from crawler.archive.paths import INDEX
from crawler.archive.publish import REMOVE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.batch.job import Job

_KEPT = "in the index, and no capture here makes it; its line and file stay"


@dataclass(slots=True)
class Outcome:
    """How a rebuild differs from the old index, and how many pages failed; :func:`failures` gives them."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    failures: int = 0
    #: The number of invalid lines in the old index.
    malformed: int = 0


def assemble(job: Job, chunks: int) -> Outcome:
    """Add the posts of all chunks to the new catalog, write the new index and compare it with the old one."""
    outcome = Outcome()
    with NewCatalog.opened(job.catalog) as catalog, _failed(job).open("wb") as failed:
        for number in range(chunks):
            catalog.add_posts(job.done(number))
            outcome.failures += _collect_failed(job.done(number), failed)
        _compare(catalog, job, outcome, failed)
        catalog.finish(job.tree / INDEX, None if job.old is None else Path(job.old))
    return outcome


def _failed(job: Job) -> Path:
    return Path(job.stage) / "failed.jsonl"


def failures(job: Job) -> Iterator[tuple[str, str, str]]:
    """URL, code and reason of each page that failed. The stage must still exist."""
    with _failed(job).open("rb") as file:
        for line in file:
            url, code, reason = orjson.loads(line)
            yield url, code, reason


def changes(job: Job) -> Iterator[tuple[str, str]]:
    """The path of each file that a rebuild with ``diff`` would change, and a unified diff. The stage must still exist."""
    for path in sorted((Path(job.stage) / "done").glob("*.sqlite")):
        with closing(sqlite3.connect(path)) as db:
            yield from db.execute("SELECT path, change FROM differences ORDER BY rowid")


def _collect_failed(done: Path, failed: IO[bytes]) -> int:
    with closing(sqlite3.connect(done)) as db:
        rows = db.execute("SELECT url, code, reason FROM failed ORDER BY rowid").fetchall()
    failed.writelines(orjson.dumps(row) + b"\n" for row in rows)
    return len(rows)


def _compare(catalog: NewCatalog, job: Job, outcome: Outcome, failed: IO[bytes]) -> None:
    """Compare with the old index; lines without captures here are kept and reported."""
    total = catalog.number_of_posts()
    known, remove = 0, []
    kept: list[tuple[dict[str, Any], str]] = []
    out = forgotten(Path(job.old)) if job.old else frozenset()
    for old, text in _old_lines(job, outcome):
        if old["id"] in out:
            remove.append(old["path"])
            continue
        found = catalog.post_line(old["id"])
        if found is None:
            kept.append((old, text))
            if job.period.takes(old["date"]):
                outcome.failures += 1
                failed.write(orjson.dumps((old["url"], "no-capture", _KEPT)) + b"\n")
            continue
        known += 1
        new = orjson.loads(found)
        outcome.changed += found != text
        outcome.unchanged += found == text
        if new["path"] != old["path"]:
            remove.append(old["path"])
    outcome.new = total - known
    catalog.keep_posts(kept)
    (Path(job.stage) / REMOVE).write_text("".join(f"{path}\n" for path in remove), "utf-8")


def _old_lines(job: Job, outcome: Outcome) -> Iterator[tuple[dict[str, Any], str]]:
    for line in () if job.old is None else lines(Path(job.old) / INDEX):
        entry = entry_of(line)
        if entry is None:
            outcome.malformed += 1  # it cannot be compared, and its path may not be removed
        else:
            yield entry, line.decode().rstrip("\n")
