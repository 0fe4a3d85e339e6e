"""A rebuild from start to end, in this process or in several."""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.publish import JOB
from crawler.batch.chunk import ChunkResult, make_chunk
from crawler.batch.compare import Outcome
from crawler.batch.finish import Assembly
from crawler.batch.flushing import Flushing
from crawler.batch.job import Job, chunk_size
from crawler.batch.joining import Joining
from crawler.batch.scanning import has_parts, in_parts, scan_input, scan_part
from crawler.warc.parts import parts_of

if TYPE_CHECKING:
    from crawler.batch.processes import Workers

#: A function that is called with the name of a stage, how much of it is done, and how much there is.
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Result:
    """The result of a rebuild."""

    made: ChunkResult = field(default_factory=ChunkResult)
    outcome: Outcome = field(default_factory=Outcome)
    #: The problems of the inputs, a line each.
    problems: list[str] = field(default_factory=list)
    #: The posts that could not be put in their place, a line each.
    unplaced: list[str] = field(default_factory=list)

    @property
    def losses(self) -> int:
        """How much could not be rebuilt, without the pages that the site itself broke."""
        return len(self.problems) + len(self.unplaced) + self.outcome.failures - self.made.broken_by_site


def rebuild(job: Job, workers: Workers, progress: Progress) -> Result:
    """Rebuild in the job's stage; :func:`crawler.archive.publish.publish_tree` then makes it the archive.

    What an earlier run of the same job has done is not done again.
    """
    stage = Path(job.stage)
    _prepare(job, stage)
    result = Result()
    result.problems, total = _scan(job, workers, progress)
    starts = chunks(job, total)
    tasks = ((job, number, first, last) for number, (first, last) in enumerate(starts))
    progress("posts", 0, total)
    flushing = Flushing()
    with Assembly(job, len(starts)) as assembly:
        for made in workers.run(make_chunk, tasks):
            result.made.add(made)
            flushing.note(0 if job.diff else made.written)
            progress("posts", result.made.posts + result.made.failed, total)
            assembly.add_done()
        result.outcome = assembly.finish(damaged=bool(result.problems))
    result.made.written -= len(result.outcome.worse)
    return result


def _prepare(job: Job, stage: Path) -> None:
    """Keep what a rebuild that was cut short left, if its job was the same and the machine has not been restarted since."""
    path, wanted = stage / JOB, job.fingerprint() + _boot()
    if not path.exists() or path.read_bytes() != wanted:
        shutil.rmtree(stage / "tree", ignore_errors=True)
        for name in ("scan", "done"):
            shutil.rmtree(stage / name, ignore_errors=True)
    job.tree.mkdir(parents=True, exist_ok=True)
    path.write_bytes(wanted)


def _boot() -> bytes:
    """An ID of the machine's last start, since what was written before may not have reached the disk."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_bytes()
    except OSError:
        return b""


def _scan(job: Job, workers: Workers, progress: Progress) -> tuple[list[str], int]:
    """Scan and join all inputs; see :meth:`crawler.batch.joining.Joining.finish`."""
    total, seen = sum(one.size for one in job.inputs), 0
    progress("bytes of captures", 0, total)
    parts = [(number, parts_of(one.size) if has_parts(one) else [None]) for number, one in enumerate(job.inputs)]
    with Joining(job) as joining:
        for size in workers.run(scan_part, ((job, number, part) for number, of_input in parts for part in of_input)):
            seen += size
            progress("bytes of captures", seen, total)
            joining.add_scanned()
        unread = [number for number in range(len(parts)) if not (job.scanned(number).exists() or in_parts(job, number))]
        for size in workers.run(scan_input, ((job, number) for number in unread)):
            seen += size
            progress("bytes of captures", min(seen, total), total)
        return joining.finish()


def chunks(job: Job, posts: int) -> list[tuple[int, int]]:
    """The first and last row of each chunk of the plan. All rows of one post are in the same chunk."""
    size = chunk_size(posts)
    starts: list[int] = []
    number, last_id = 0, None
    with closing(sqlite3.connect(job.plan)) as db:
        for row, post_id in db.execute("SELECT rowid, id FROM plan ORDER BY rowid"):
            if post_id != last_id:
                if number % size == 0:
                    starts.append(row)
                number += 1
                last_id = post_id
    ends = [following - 1 for following in starts[1:]] + [1 << 62]
    return list(zip(starts, ends, strict=False))  # of no posts there is an end too many
