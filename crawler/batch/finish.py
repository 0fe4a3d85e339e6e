"""The last pass: the posts of all chunks get into the catalog and the index."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TYPE_CHECKING, Self

import orjson

from crawler.archive.catalog.new_catalog import NewCatalog
from crawler.archive.paths import INDEX
from crawler.batch.compare import Comparison, Failed, Outcome, changed_lines

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.batch.job import Job


class Assembly:
    """Adds the posts of so many chunks to the new catalog: of those that are done while processes still make others."""

    def __init__(self, job: Job, chunks: int) -> None:
        self._job = job
        self._chunks = chunks
        self._added = 0
        self._unmade: list[Failed] = []
        self._catalog: NewCatalog | None = None
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def _open(self) -> NewCatalog:
        if self._catalog is None:
            self._job.tree.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(self._job.captures, self._job.catalog)
            self._catalog = self._opened.enter_context(NewCatalog.opened(self._job.catalog))
        return self._catalog

    def add_done(self) -> None:
        """Add the chunks that are done, up to the first one that is not, for they are added in their order."""
        while self._added < self._chunks and (done := self._job.done(self._added)).exists():
            self._open().add_posts(done)
            self._unmade += _collect_failed(done)
            self._added += 1

    def finish(self, *, damaged: bool = False) -> Outcome:
        """Write the new index and compare it with the old one.

        :param damaged: whether some of the inputs could not be read whole.
        """
        self.add_done()
        assert self._added == self._chunks
        job, catalog = self._job, self._open()
        with _failed(job).open("wb") as failed:
            outcome = Comparison(catalog, job, failed, self._unmade, damaged=damaged).run()
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
