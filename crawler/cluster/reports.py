"""The run reports of workers: each leaves its own in its folder, and the last worker adds them up."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

from crawler.archive.paths import WORKERS
from crawler.atomic import atomic

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.archive.workers.worker_archive import WorkerArchive
    from crawler.report.runs.report import RunReport
    from crawler.spiders.archiving import ArchivingSpider

_NAME = "report.json"


def write(folder: Path, report: RunReport, spider: ArchivingSpider) -> None:
    """Leave what this worker did in its folder.

    :raises OSError: if the disk does not take it.
    """
    left = {
        "requests": [[kind, status, number] for (kind, status), number in report.requests.items()],
        "bytes_received": report.bytes_received,
        "counts": dict(report.counts),
        "known": sorted(report.known),
        "listings": report.listings,
        "unchanged": sorted(report.unchanged_listings),
        "empty": sorted(report.empty_listings),
        "waiting": report.waiting,
        "dead_links": report.dead_links,
        "warnings": report.warnings,
        "repaired": report.repaired,
        "oldest": sorted(spider.oldest_shown),
    }
    with atomic(folder / _NAME) as file:
        file.write(orjson.dumps(left))


def merge(archive: WorkerArchive, report: RunReport, spider: ArchivingSpider) -> set[str]:
    """Add what other workers did to the report of this one; of a killed one, what it captured is all that is left.

    :returns: the oldest posts that the home page shows of each section.
    """
    oldest = set(spider.oldest_shown)
    for path in sorted((archive.folder / WORKERS).glob(f"*/{_NAME}")):
        if path.parent == archive.own:
            continue
        left = orjson.loads(path.read_bytes())
        for kind, status, number in left["requests"]:
            report.requests[kind, status] += number
        report.bytes_received += left["bytes_received"]
        report.counts.update(left["counts"])
        report.known.update(left["known"])
        report.listings |= left["listings"]
        report.unchanged_listings.update(left["unchanged"])
        report.empty_listings.update(left["empty"])
        report.waiting.update(left["waiting"])
        for name in ("dead_links", "warnings", "repaired"):
            mine: list[str] = getattr(report, name)
            mine += [line for line in left[name] if line not in mine]
        oldest.update(left["oldest"])
    return oldest
