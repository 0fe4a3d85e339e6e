"""The lifecycle of a worker: at its end, the last one brings all captures together and makes the posts."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import UTC, datetime
from time import monotonic, sleep
from typing import TYPE_CHECKING

from redis import RedisError

from crawler.archive.archive import Archive
from crawler.archive.disk import DISK_ERRORS, then_again
from crawler.archive.paths import RUNS
from crawler.cluster.reports import merge, write
from crawler.cluster.worker import Worker
from crawler.counted import counted
from crawler.crawl.lifecycle import ArchiveLifecycle
from crawler.errors import ArchiveInUse, in_words
from crawler.report.runs.publish import publish

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.derive.catch_up import Many
    from crawler.spiders.archiving import ArchivingSpider

logger = logging.getLogger(__name__)
#: Seconds for which the last worker waits for those who read the archive, and between two attempts.
_PATIENCE, _INTERVAL = 60.0, 0.05


class WorkerLifecycle(ArchiveLifecycle):
    """Begins and ends a worker's part of a crawl."""

    def __init__(self, crawler: Crawler) -> None:
        self._worker = Worker.of(crawler)
        super().__init__(crawler)

    def _begin(self, many: Many | None = None) -> None:
        """Go on with the worker's own archive; whoever came first has mended the one of all."""
        self._archive = self._context.archive
        frontier = self._context.frontier
        frontier.sweep = True  # what a page shows is known to one worker only, so that no listing may be left out
        frontier.started = datetime.fromtimestamp(self._worker.started, UTC)

    def _opened(self) -> None:
        """Leave it to the scheduler to end early, for other workers may have room."""

    def _closed(self, spider: ArchivingSpider, reason: str) -> None:  # type: ignore[override]
        """Leave the crawl. The last worker ends it as a run of one process does."""
        worker, report = self._worker, self._report
        self._leave()
        captured = sum(report.requests.values())
        report.finish_reason = reason
        try:
            worker.archive.close()
            write(worker.archive.own, report, spider)  # while no other worker can have taken the folder
        except DISK_ERRORS as error:  # its captures end where the disk did, which whoever reads them mends
            report.failed(str(worker.archive.own), f"could not be closed: {in_words(error)}; {then_again(error)}")
        if not self._has_archive():
            logger.info("worker %s: %s; the last worker makes the posts", worker.name, counted(captured, "capture"))
            return
        logger.info("worker %s: %s; bringing those of all workers together", worker.name, counted(captured, "capture"))
        is_over = reason == "finished" and (self._leave() == 0 or self._was_ended())
        try:
            self._bring_together(spider)
        except DISK_ERRORS as error:
            report.failed(
                str(worker.archive.folder), f"captures cannot be brought together: {in_words(error)}; {then_again(error)}"
            )
            publish(report, worker.archive.site, worker.archive.folder / RUNS, self._context.settings)
            worker.lock.release()
            return
        super()._closed(spider, reason if is_over or reason != "finished" else "other workers were stopped")
        if is_over:
            self._end_crawl()
        worker.lock.release()

    def _has_archive(self) -> bool:
        """Whether this worker has the archive for itself now; if no other works on, it waits for those who only read.

        Who works on is seen by the locks of their folders: Redis may be silent, or not know yet of one that was killed.
        """
        worker = self._worker
        end = monotonic() + _PATIENCE
        if worker.lock.take_if_last():
            return True
        while worker.archive.own.exists() and not worker.archive.has_others and monotonic() < end:
            with suppress(ArchiveInUse):
                worker.lock.take()
                return worker.archive.own.exists()  # else another one has taken its captures
            sleep(_INTERVAL)
        return False

    def _leave(self) -> int:
        """Leave the crawl, with what was not done given back; return how many requests wait, -1 if nobody knows."""
        frontier = self._worker.frontier
        try:
            self._report.failures.update(frontier.failures())
            return frontier.unregister()[0]
        except RedisError as error:
            line = f"Redis does not answer ({error}); all captures are kept, run again"
            self._report.failures.setdefault(f"CLUSTER={self._worker.name}", line)
            return -1

    def _bring_together(self, spider: ArchivingSpider) -> None:
        from crawler.batch.deriving import Pool  # noqa: PLC0415 - the last worker alone makes processes

        report, site = self._report, self._context.site
        report.rejections.clear()  # whoever makes the posts finds them all
        oldest = merge(self._worker.archive, report, spider)
        repaired = report.repaired
        self._context.take_archive(Archive.from_settings(self._context.settings, site.name, lock=self._worker.lock))
        super()._begin(Pool.of(self._context.archive).derived)
        report.repaired = repaired
        spider.watch_oldest(oldest)

    def _was_ended(self) -> bool:
        """Whether a worker with another archive, which left later, has ended the crawl meanwhile: all of it is done."""
        try:
            return self._worker.frontier.ended(self._worker.arguments) is not None
        except RedisError:  # it has been told already
            return False

    def _end_crawl(self) -> None:
        try:
            self._worker.frontier.end(self._worker.arguments)
        except RedisError as error:
            logger.warning("the frontier stays in Redis (%s); the next worker finds it empty", error)
