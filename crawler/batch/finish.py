"""The last pass: the posts of all chunks get into the catalog and the index."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from crawler.archive.new_catalog import NewCatalog
from crawler.archive.paths import INDEX
from crawler.batch.compare import Comparison, Failed, Outcome, changed_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.batch.job import Job


def assemble(job: Job, chunks: int, *, damaged: bool = False) -> Outcome:
    """Add the posts of all chunks to the new catalog, write the new index and compare it with the old one.

    :param damaged: whether some of the inputs could not be read whole.
    """
    unmade: list[Failed] = []
    with NewCatalog.opened(job.catalog) as catalog, _failed(job).open("wb") as failed:
        for number in range(chunks):
            catalog.add_posts(job.done(number))
            unmade += _collect_failed(job.done(number))
        outcome = Comparison(catalog, job, failed, unmade, damaged=damaged).run()
        catalog.finish(job.tree / INDEX, None if job.old is None else Path(job.old))
    return outcome


def _failed(job: Job) -> Path:
    return Path(job.stage) / "failed.jsonl"


def failures(job: Job) -> Iterator[Failed]:
    """URL, code and reason of each page that failed. The stage must still exist."""
    with _failed(job).open("rb") as file:
        for line in file:
            url, code, reason = orjson.loads(line)
            yield url, code, reason


def changes(job: Job, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The path of each file that a rebuild with ``diff`` would change, and a unified diff; then each line of the index.

    There are none without ``diff``; the stage must still exist.
    """
    if not job.diff:
        return
    worse = set(outcome.worse)
    for done in sorted((Path(job.stage) / "done").glob("*.sqlite")):
        with closing(sqlite3.connect(done)) as db:
            rows = db.execute("SELECT path, change FROM differences ORDER BY rowid")
            yield from ((path, change) for path, change in rows if path not in worse)
    with changed_lines(job).open(encoding="utf-8") as file:
        yield from ((INDEX, line.rstrip("\n")) for line in file)


def _collect_failed(done: Path) -> list[Failed]:
    with closing(sqlite3.connect(done)) as db:
        return db.execute("SELECT url, code, reason FROM failed ORDER BY rowid").fetchall()
