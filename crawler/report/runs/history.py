"""The reports of earlier runs, read back; those of months long past lie together, one file a month.

A run every five minutes writes 105,000 reports a year, and nobody wants that many files in one folder.
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
from crawler.report.runs.passed import Passed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: So long after a month's end its reports are gathered.
_LOOSE = timedelta(days=31)
_MONTH = "????-??.jsonl.gz"
#: A report's file, named for the run's beginning.
_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z\.json")


def newest_first(folder: Path, passed: Passed | None = None, since: datetime | None = None) -> Iterator[dict[str, Any]]:
    """The reports in ``runs/``, the newest first; what cannot be read, or is none, is noted in ``passed``.

    :param since: in UTC; files that hold older runs only are not opened; some that are older come nevertheless.
    """
    passed = Passed() if passed is None else passed
    first = "" if since is None else since.isoformat()[:19].replace("-", "").replace(":", "")
    for path in sorted(folder.glob("*.json"), reverse=True):
        if _NAME.fullmatch(path.name) and path.name < first:
            continue
        try:
            yield from _reports([path.read_bytes()], passed, path.name)
        except FileNotFoundError:
            continue  # gathered meanwhile
        except OSError as error:
            passed.note("run reports", error.strerror or str(error), path.name)
    for path in sorted(folder.glob(_MONTH), reverse=True):
        if path.name[:7].replace("-", "") < first[:6]:
            break
        try:
            yield from reversed(_gathered(path, passed))
        except OSError as error:
            passed.note("months of run reports", error.strerror or "damaged", path.name)


def oldest_first(folder: Path) -> Iterator[dict[str, Any]]:
    """The reports in ``runs/``, the oldest first; no file is opened before it is asked for."""
    for path in sorted(folder.glob(_MONTH)):
        with suppress(OSError):
            yield from _gathered(path, Passed())
    for path in sorted(folder.glob("*.json")):
        with suppress(OSError):
            yield from _reports([path.read_bytes()], Passed(), path.name)


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
        loose = {path: report for path in of_month for report in _reports([path.read_bytes()], Passed(), path.name)}
        known = _gathered(together, Passed()) if together.exists() else []
        found = {report["started"]: report for report in (*known, *loose.values())}
        with atomic(together) as file:
            file.write(gzip.compress(b"".join(json_line(found[start]) for start in sorted(found)), 6, mtime=0))
        for path in loose:
            path.unlink()
        done += len(loose)
    return done


def _reports(texts: Iterable[bytes], passed: Passed, name: str) -> Iterator[dict[str, Any]]:
    for text in texts:
        try:
            report = orjson.loads(text)
        except orjson.JSONDecodeError:
            passed.note("run reports", "no JSON", name)
            continue
        if isinstance(report, dict) and isinstance(report.get("exit_code"), int) and isinstance(report.get("started"), str):
            yield report
        else:
            passed.note("run reports", "no report", name)


def _gathered(path: Path, passed: Passed) -> list[dict[str, Any]]:
    try:
        return list(_reports(gzip.decompress(path.read_bytes()).splitlines(), passed, path.name))
    except (EOFError, zlib.error) as error:
        raise OSError(f"{path} is damaged: {error}") from None
