"""``scrapy status --json``: the glance at an archive as ``status.schema.json`` describes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from crawler.report.runs.summary import Summary
    from crawler.report.status.glance import Glance

#: Of the format; a field that changes its meaning or goes away makes a new one.
VERSION = 1


def document(found: Glance, site: str, archive: Path) -> dict[str, Any]:
    """The document of a glance."""
    total = sum(found.disk.values())
    return {
        "version": VERSION,
        "site": site,
        "archive": str(archive.absolute()),
        "time": _time(found.now),
        "exit_code": found.exit_code,
        "lock": _lock(found),
        "schedule": None if found.schedule is None else {"every": found.schedule.every.total_seconds()},
        "overdue": found.overdue,
        "runs": [_run(run) for run in found.runs],
        "pages": None if found.pages is None else {"to_ask": found.pages, "overdue": found.pages_overdue},
        "gaps": [
            {"day": gap.day.isoformat(), "category": gap.category, "posts": gap.posts, "usual": gap.usual} for gap in found.gaps
        ],
        "posts": found.posts,
        "disk": {name.strip("_").replace(" ", "_"): size for name, size in found.disk.items()},
        "bytes_a_post": round(total / found.posts, 1) if found.posts else None,
        "problems": found.problems,
    }


def _time(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat()


def _lock(found: Glance) -> dict[str, Any] | None:
    holder, so_far = found.holder, found.so_far
    if holder is None:
        return None
    return {
        "process": holder.process,
        "host": holder.host,
        "since": _time(holder.since),
        "alive": holder.alive,
        "command": holder.command,
        "answers": None if so_far is None else so_far.answers,
        "new": None if so_far is None else so_far.new,
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
