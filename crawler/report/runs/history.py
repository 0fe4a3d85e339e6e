"""Reads the reports of earlier runs, and compresses old ones into one file for each month.

A run every five minutes writes 105,000 reports a year, which are too many files for one folder.
"""

from __future__ import annotations

import gzip
import re
import zlib
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, Any

import orjson

from crawler.archive.lines import json_line
from crawler.atomic import atomic
from crawler.report.runs.skipped import Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: The reports of a month are compressed this long after its end.
_KEPT_APART = timedelta(days=31)
_MONTH = "????-??.jsonl.gz"
#: The name of a report: when its run began.
_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z\.json")


def newest_first(folder: Path, skipped: Skipped | None = None, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """The reports in ``runs/``, the newest first.

    :param skipped: counts the files that cannot be read, or are not run reports.
    :param since: in UTC; files that have only older runs are not opened, but some older reports may be among the result.
    """
    skipped = Skipped() if skipped is None else skipped
    first = "" if since is None else since.isoformat()[:19].replace("-", "").replace(":", "")
    for path in sorted(folder.glob("*.json"), reverse=True):
        if _NAME.fullmatch(path.name) and path.name < first:
            continue
        try:
            yield from _reports([path.read_bytes()], skipped, path.name)
        except FileNotFoundError:
            continue  # compressed meanwhile
        except OSError as error:
            skipped.count("run reports", error.strerror or str(error), path.name)
    for path in sorted(folder.glob(_MONTH), reverse=True):
        if path.name[:7].replace("-", "") < first[:6]:
            break
        try:
            yield from reversed(_read_month(path, skipped))
        except OSError as error:
            skipped.count("months of run reports", error.strerror or "damaged", path.name)


def oldest_first(folder: Path) -> Iterator[dict[str, Any]]:
    """The reports in ``runs/``, the oldest first; each file is opened only when its turn comes."""
    for path in sorted(folder.glob(_MONTH)):
        with suppress(OSError):
            yield from _read_month(path, Skipped())
    for path in sorted(folder.glob("*.json")):
        with suppress(OSError):
            yield from _reports([path.read_bytes()], Skipped(), path.name)


def compress_months(folder: Path, now: datetime) -> int:
    """Move the reports of each old month into ``YYYY-MM.jsonl.gz``, a line each.

    The new file is complete before any report is removed; if this is interrupted, the next call completes it. Files that are
    not reports stay.

    :returns: the number of reports moved.
    :raises OSError: if a file cannot be written, or one written earlier cannot be read.
    """
    old = f"{(now - _KEPT_APART).replace(day=1):%Y%m}"  # younger months stay as they are
    done = 0
    paths = sorted(path for path in folder.glob("*.json") if path.name[:6] < old)
    for month, of_month in groupby(paths, lambda path: path.name[:6]):
        archive = folder / f"{month[:4]}-{month[4:]}.jsonl.gz"
        reports = {path: report for path in of_month for report in _reports([path.read_bytes()], Skipped(), path.name)}
        known = _read_month(archive, Skipped()) if archive.exists() else []
        found = {report["started"]: report for report in (*known, *reports.values())}
        with atomic(archive) as file:
            file.write(gzip.compress(b"".join(json_line(found[start]) for start in sorted(found)), 6, mtime=0))
        for path in reports:
            path.unlink()
        done += len(reports)
    return done


def _reports(texts: Iterable[bytes], skipped: Skipped, name: str) -> Iterator[dict[str, Any]]:
    for text in texts:
        try:
            report = orjson.loads(text)
        except orjson.JSONDecodeError:
            skipped.count("run reports", "no JSON", name)
            continue
        if isinstance(report, dict) and isinstance(report.get("exit_code"), int) and isinstance(report.get("started"), str):
            yield report
        else:
            skipped.count("run reports", "not a run report", name)


def _read_month(path: Path, skipped: Skipped) -> list[dict[str, Any]]:
    try:
        return list(_reports(gzip.decompress(path.read_bytes()).splitlines(), skipped, path.name))
    except (EOFError, zlib.error) as error:
        raise OSError(f"{path} is damaged: {error}") from None
