"""The captures of all scans get into the new catalog, and their posts into the plan."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Self

from crawler.archive.catalog.intermediate import scan_problems
from crawler.archive.catalog.new_catalog import NewCatalog
from crawler.archive.forgotten import forgotten
from crawler.batch.scanning import in_parts
from crawler.warc.parts import parts_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.batch.job import Job


class Joining:
    """Adds the captures of inputs in the order of their names: of those that are scanned while processes still scan others."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._added = 0
        self._found: list[str] = []
        #: Of the next input: the parts that are not scanned, the last one first; and whether its parts are all of it.
        self._unscanned: list[Path] | None = None
        self._in_parts: bool | None = None
        self._opened = ExitStack()

    def __enter__(self) -> Self:
        job = self._job
        job.plan.unlink(missing_ok=True)
        self._catalog = self._opened.enter_context(NewCatalog.created(job.captures))
        self._catalog.plan_posts(job.plan, forgotten(Path(job.old)) if job.old else (), _is_taken(job))
        return self

    def __exit__(self, *_: object) -> None:
        self._opened.close()

    def add_scanned(self) -> None:
        """Add the inputs that are scanned, up to the first one that is not."""
        while self._added < len(self._job.inputs) and self._is_scanned():
            one, scans = self._job.inputs[self._added], self._job.scans(self._added)
            if not one.is_bad:
                self._catalog.add_file(one.name, one.size, scans)
            self._found += [f"{one.name}: byte {offset}: {reason}" for scan in scans for offset, reason in scan_problems(scan)]
            self._added += 1
            self._unscanned = self._in_parts = None

    def _is_scanned(self) -> bool:
        """Whether the scans of the next input have all that is in it; that each part is there is looked at once."""
        job, number = self._job, self._added
        if job.scanned(number).exists():
            return True
        if self._unscanned is None:
            self._unscanned = [job.scanned_part(number, part) for part in reversed(parts_of(job.inputs[number].size))]
        while self._unscanned and self._unscanned[-1].exists():
            self._unscanned.pop()
        if not self._unscanned and self._in_parts is None:
            self._in_parts = in_parts(job, number)
        return bool(self._in_parts)

    def finish(self) -> tuple[list[str], int]:
        """Write catalog and plan; gives the problems, a line each, and how many posts are planned.

        The payload of a revisit may be in any input. A post may have captures at several URLs, for example because its
        categories were edited.
        """
        self.add_scanned()
        assert self._added == len(self._job.inputs)
        problems = self._found + self._catalog.resolve()
        return problems, self._catalog.make_plan()


def _is_taken(job: Job) -> Callable[[str], bool] | None:
    """Whether the post at a URL may be in the job's period: its own time decides later, for the URL has the site's day."""
    if not job.period:
        return None
    site = job.about
    return lambda url: job.period.is_near(site.post_day(url))


def join(job: Job) -> tuple[list[str], int]:
    """Join what was scanned; see :meth:`Joining.finish`."""
    with Joining(job) as joining:
        return joining.finish()
