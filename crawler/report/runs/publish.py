"""A run has ended: whoever has to know is told, the report is written, and its figures go where they are watched."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler import clock
from crawler.archive.paths import ALERT_SENT, RUNS
from crawler.exit_codes import COULD_NOT_RUN
from crawler.report.runs.alarm import Rules, decide
from crawler.report.runs.document import document, write
from crawler.report.runs.history import newest_first
from crawler.report.runs.messages import send
from crawler.report.runs.metrics import write_metrics
from crawler.report.runs.report import RunReport
from crawler.report.runs.tell import tell

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.archive.settings import Settings


def publish(report: RunReport, site: str, folder: Path, settings: Settings) -> None:
    """Write the report into ``folder``; what stands in the way of any of it is a line of the log, and no error."""
    _raise_alarm(report, site, folder, settings)
    if settings.get("PROMETHEUS_FILE"):
        try:
            write_metrics(document(report, site, clock.now()), Path(settings["PROMETHEUS_FILE"]))
        except OSError as error:
            report.warnings.append(f"PROMETHEUS_FILE could not be written: {error}")
    try:
        path = str(write(report, site, folder))
    except OSError as error:
        path = "could not be written"
        report.failed(str(folder), f"no run report: {error}; make room and run again")
        _tell_without_report(document(report, site, clock.now()), folder, settings, report.warnings)
    tell(report, path)


def could_not_run(error: Exception, site: str, archive: Path, settings: Settings) -> list[str]:
    """The archive could not be opened, by a full disk say: told of like a run without a report.

    Gives a line for each way of telling that did not work.
    """
    report, problems = RunReport(), list[str]()
    report.failed(str(archive), f"cannot be opened: {error}")
    told = document(report, site, clock.now()) | {"exit_code": COULD_NOT_RUN}
    _tell_without_report(told, archive / RUNS, settings, problems)
    return problems


def _raise_alarm(report: RunReport, site: str, folder: Path, settings: Settings) -> None:
    """First, so that the report says whether somebody was told; if nobody could be, the next run tries again."""
    rules = Rules(settings.getint("ALERT_AFTER"), timedelta(seconds=settings.getfloat("ALERT_REPEAT")))
    now = clock.now()
    report.alarm = decide(report.exit_code, next(newest_first(folder), None), now, rules)
    if report.alarm.due:
        worked, problems = send(document(report, site, now), settings)
        report.warnings += problems
        if worked:
            report.alarm = report.alarm.told(now, report.exit_code)


def _tell_without_report(told: Mapping[str, Any], folder: Path, settings: Settings, problems: list[str]) -> None:
    """Nobody can count such runs, so the first one tells; the time of an empty file, which a full disk takes, says when."""
    mark, now = folder / ALERT_SENT, clock.now().timestamp()
    try:
        age = now - mark.stat().st_mtime
    except OSError:
        age = -1.0
    if 0 <= age < settings.getfloat("ALERT_REPEAT"):
        return
    worked, lines = send(told, settings)
    problems += lines
    if worked:
        with suppress(OSError):
            mark.touch()
            os.utime(mark, (now, now))
