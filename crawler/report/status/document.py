"""The document that ``scrapy status --json`` prints; ``status.schema.json`` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from crawler.report.runs.summary import Summary
    from crawler.report.status.archive_status import ArchiveStatus

#: The version of the format; it grows when a field changes its meaning or is removed.
VERSION = 1


def document(status: ArchiveStatus, site: str, archive: Path) -> dict[str, Any]:
    """The document of an archive's status."""
    total = sum(status.disk.values())
    return {
        "version": VERSION,
        "site": site,
        "archive": str(archive.absolute()),
        "time": _time(status.now),
        "exit_code": status.exit_code,
        "lock": _lock(status),
        "schedule": None if status.schedule is None else {"every": status.schedule.every.total_seconds()},
        "overdue": status.overdue,
        "import_cut_short": _time(status.cut_short),
        "runs": [_run(run) for run in status.runs],
        "last_run": status.last,
        "learned": list(status.learned),
        "pages": None
        if status.pages is None
        else {"to_ask": status.pages.pages, "overdue": status.pages.overdue, "failed": status.pages.failed},
        "gaps": [
            {"day": gap.day.isoformat(), "category": gap.category, "posts": gap.posts, "usual": gap.usual}
            for gap in status.gaps
        ],
        "posts": status.posts,
        "disk": {name.strip("_").replace(" ", "_"): size for name, size in status.disk.items()},
        "bytes_a_post": round(total / status.posts, 1) if status.posts else None,
        "problems": status.problems,
    }


def _time(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _lock(status: ArchiveStatus) -> dict[str, Any] | None:
    holder, progress = status.holder, status.progress
    if holder is None:
        return None
    return {
        "process": holder.process,
        "host": holder.host,
        "since": _time(holder.since),
        "alive": holder.alive,
        "command": holder.command,
        "answers": None if progress is None else progress.responses,
        "new": None if progress is None else progress.new,
        "workers": [
            {"name": name, "process": one.process, "host": one.host, "since": _time(one.since), "alive": one.alive}
            for name, one in status.workers.items()
        ],
    }


def _run(run: Summary) -> dict[str, Any]:
    return {
        "started": _time(run.started),
        "finished": _time(run.finished),
        "exit_code": run.exit_code,
        "sweep": run.sweep,
        "answers": run.answers,
        "unchanged_share": run.unchanged_share,
        "new": run.new,
        "changed": run.changed,
        "gone": run.gone,
        "losses": run.losses,
        "lateness": run.lateness,
        "arguments": run.arguments,
        "settings": run.settings,
    }
