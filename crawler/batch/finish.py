"""The last pass: the posts of all chunks get into the catalog and the index."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import orjson

from crawler.archive.entry import entry_of
from crawler.archive.files import PostFiles
from crawler.archive.forgotten import forgotten
from crawler.archive.lines import lines
from crawler.archive.new_catalog import NewCatalog
from crawler.archive.paths import INDEX
from crawler.archive.publish import REMOVE
from crawler.derive.made_of import lost_evidence
from crawler.items import LESS_EVIDENCE

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
    #: The files that were made of less than those of the old archive, which stay: their paths in the new tree.
    worse: list[str] = field(default_factory=list)


def assemble(job: Job, chunks: int, *, damaged: bool = False) -> Outcome:
    """Add the posts of all chunks to the new catalog, write the new index and compare it with the old one.

    :param damaged: whether some of the inputs could not be read whole.
    """
    outcome = Outcome()
    with NewCatalog.opened(job.catalog) as catalog, _failed(job).open("wb") as failed:
        for number in range(chunks):
            catalog.add_posts(job.done(number))
            outcome.failures += _collect_failed(job.done(number), failed)
        _compare(catalog, job, outcome, failed, damaged=damaged)
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


def changes(job: Job, outcome: Outcome) -> Iterator[tuple[str, str]]:
    """The path of each file that a rebuild with ``diff`` would change, and a unified diff. The stage must still exist."""
    worse = set(outcome.worse)
    for done in sorted((Path(job.stage) / "done").glob("*.sqlite")):
        with closing(sqlite3.connect(done)) as db:
            rows = db.execute("SELECT path, change FROM differences ORDER BY rowid")
            yield from ((path, change) for path, change in rows if path not in worse)


def _collect_failed(done: Path, failed: IO[bytes]) -> int:
    with closing(sqlite3.connect(done)) as db:
        rows = db.execute("SELECT url, code, reason FROM failed ORDER BY rowid").fetchall()
    failed.writelines(orjson.dumps(row) + b"\n" for row in rows)
    return len(rows)


def _compare(catalog: NewCatalog, job: Job, outcome: Outcome, failed: IO[bytes], *, damaged: bool) -> None:
    """Compare with the old index; lines without captures here, or with fewer, are kept and reported."""
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
        reason = _made_of_less(catalog, job, old, new, damaged=damaged) if found != text else ""
        if reason:
            kept.append((old, text))
            outcome.worse += [new["path"]] if new["sha256"] != old["sha256"] else []
            outcome.failures += 1
            failed.write(orjson.dumps((old["url"], LESS_EVIDENCE, f"{reason}; its line and file stay")) + b"\n")
            continue
        outcome.changed += found != text
        outcome.unchanged += found == text
        if new["path"] != old["path"]:
            remove.append(old["path"])
    outcome.new = total - known
    catalog.keep_posts(kept)
    for path in outcome.worse:
        (job.tree / path).unlink(missing_ok=True)
    (Path(job.stage) / REMOVE).write_text("".join(f"{path}\n" for path in remove), "utf-8")


def _made_of_less(catalog: NewCatalog, job: Job, old: dict[str, Any], new: dict[str, Any], *, damaged: bool) -> str:
    """Why a post is made of less than the old one; empty if it is not, or if the old source post is not there."""
    rows = catalog.captures

    def was_seen(time: str) -> bool:
        return any(rows.has_capture(url, time) for url in catalog.post_urls(old["id"]))

    reason = lost_evidence(old, new, lambda *capture: bool(rows.with_content(*capture)), was_seen, damaged=damaged)
    return reason if reason and job.old and PostFiles(Path(job.old), "").has(old) else ""


def _old_lines(job: Job, outcome: Outcome) -> Iterator[tuple[dict[str, Any], str]]:
    for line in () if job.old is None else lines(Path(job.old) / INDEX):
        entry = entry_of(line)
        if entry is None:
            outcome.malformed += 1  # it cannot be compared, and its path may not be removed
        else:
            yield entry, line.decode().rstrip("\n")
