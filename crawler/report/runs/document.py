"""A run report as a JSON document, ``runs/….json``, which ``run.schema.json`` describes."""

from __future__ import annotations

import statistics
from collections import Counter
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

import orjson

from crawler import __version__, clock
from crawler.atomic import atomic

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from crawler.report.runs.report import RunReport

#: The version of the format; it grows when a field changes its meaning or is removed.
VERSION = 1
_NOT_MODIFIED = 304


def document(report: RunReport, site: str, finished: datetime) -> dict[str, Any]:
    """The report of a run that ended at ``finished``."""
    return {
        "version": VERSION,
        "site": site,
        "started": report.started.isoformat(),
        "finished": finished.isoformat(),
        "finish_reason": report.finish_reason,
        "exit_code": report.exit_code,
        "sweep": report.sweep,
        "requests": _requests(report),
        "posts": _posts(report),
        "changes_since": report.changes_since,
        "fidelity": dict(sorted(report.fidelity.items())),
        "body_from": dict(sorted(report.body_from.items())),
        "editions": dict(sorted(report.editions.items())),
        "lateness": _lateness(report.lateness),
        "listings": {
            "read": len(report.listings),
            "unchanged": len(report.unchanged_listings),
            "empty": sorted(url for url, number in report.listings.items() if not number),
        },
        "rechecks": report.rechecks or {"within_hour": 0, "within_day": 0, "next": None},
        "missed_by_shortcut": report.missed,
        "layout": report.layout,
        "losses": report.losses,
        "broken_by_site": report.broken_by_site,
        "failures": [{"url": url, "reason": reason} for url, reason in report.failures.items()],
        "rejections": [{"url": one.url, "code": one.code, "reason": one.reason} for one in report.rejections],
        "dead_links": sorted(set(report.dead_links)),
        "waiting": sorted(report.waiting),
        "mended": report.repaired,
        "warnings": report.warnings,
        "alarm": report.alarm.as_json(),
        "arguments": dict(sorted(report.arguments.items())),
        "settings": dict(sorted(report.settings.items())),
        "versions": {"backfile": __version__, "scrapy": version("scrapy")},
    }


def write(report: RunReport, site: str, folder: Path) -> Path:
    """Write ``<start>.json`` into ``folder`` atomically.

    :raises OSError: if it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.started:%Y%m%dT%H%M%S.%fZ}.json"
    data = orjson.dumps(document(report, site, clock.now()), option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)
    with atomic(path) as file:
        file.write(data)
    return path


def _requests(report: RunReport) -> dict[str, Any]:
    by_status: Counter[int] = Counter()
    by_kind: dict[str, dict[str, int]] = {}
    for (kind, status), number in sorted(report.requests.items()):
        by_status[status] += number
        by_kind.setdefault(kind, {})[str(status)] = number
    total = by_status.total()
    return {
        "total": total,
        "bytes": report.bytes_received,
        "by_status": {str(status): number for status, number in sorted(by_status.items())},
        "by_kind": by_kind,
        "unchanged_share": round(by_status[_NOT_MODIFIED] / total, 4) if total else None,
    }


def _posts(report: RunReport) -> dict[str, int]:
    names = ("new", "changed", "gone", "unchanged", "rechecked")
    counted = {name: report.counts[name] for name in names}
    return counted | {"known": len(report.known), "over_limit": len(report.over_limit), "waiting": len(report.waiting)}


def _lateness(seconds: Sequence[float]) -> dict[str, float | int | None]:
    """The seconds from publication to capture of new posts; ``p90``: nine of ten were captured no later."""
    if not seconds:
        return {"posts": 0, "median": None, "p90": None, "max": None}
    ordered = sorted(seconds)
    return {
        "posts": len(ordered),
        "median": round(statistics.median(ordered), 1),
        "p90": round(ordered[min(len(ordered) - 1, len(ordered) * 9 // 10)], 1),
        "max": round(ordered[-1], 1),
    }
