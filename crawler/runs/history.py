"""The reports of earlier runs, read back; those of months long past lie together, one file a month.

A run every five minutes writes 105,000 reports a year, and nobody wants that many files in one folder.
"""

from __future__ import annotations

import gzip
import os
import zlib
from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Any

import orjson

from crawler.archive.durable import replace
from crawler.archive.lines import json_line

#: An empty file beside the reports, whose time tells when somebody was told of a run that could write none.
TOLD = "told-without-report"
#: So long after a month's end its reports are gathered.
_LOOSE = timedelta(days=31)
_MONTH = "????-??.jsonl.gz"


def newest_first(folder: Path) -> Iterator[dict[str, Any]]:
    """The reports in ``runs/``, the newest first; what cannot be read, or is none, is passed over."""
    for path in sorted(folder.glob("*.json"), reverse=True):
        with suppress(OSError):
            yield from _reports([path.read_bytes()])
    for path in sorted(folder.glob(_MONTH), reverse=True):
        with suppress(OSError):
            yield from reversed(_gathered(path))


def gather(folder: Path, now: datetime) -> int:
    """Put the reports of each month long past into ``YYYY-MM.jsonl.gz``, a line each; gives the number of reports.

    The file is whole before anything goes, and whatever stops this is made up for by the next call. What is no report stays.

    :raises OSError: if the disk does not take it, or what was gathered before cannot be read.
    """
    old = f"{(now - _LOOSE).replace(day=1):%Y%m}"  # a month that ends after this is not over for so long
    done = 0
    paths = sorted(path for path in folder.glob("*.json") if path.name[:6] < old)
    for month, of_month in groupby(paths, lambda path: path.name[:6]):
        together = folder / f"{month[:4]}-{month[4:]}.jsonl.gz"
        loose = {path: report for path in of_month for report in _reports([path.read_bytes()])}
        known = _gathered(together) if together.exists() else []
        found = {report["started"]: report for report in (*known, *loose.values())}
        _write(together, [found[start] for start in sorted(found)])
        for path in loose:
            path.unlink()
        done += len(loose)
    return done


def _reports(texts: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for text in texts:
        with suppress(orjson.JSONDecodeError):
            report = orjson.loads(text)
            if isinstance(report, dict) and isinstance(report.get("exit_code"), int) and "started" in report:
                yield report


def _gathered(path: Path) -> list[dict[str, Any]]:
    try:
        return list(_reports(gzip.decompress(path.read_bytes()).splitlines()))
    except (EOFError, zlib.error) as error:
        raise OSError(f"{path} is damaged: {error}") from None


def _write(path: Path, reports: list[dict[str, Any]]) -> None:
    temporary = path.with_suffix(".tmp")
    data = b"".join(json_line(report) for report in reports)
    try:
        with temporary.open("wb") as file:
            file.write(gzip.compress(data, 6, mtime=0))
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        temporary.unlink(missing_ok=True)
        raise
    replace(temporary, path)
