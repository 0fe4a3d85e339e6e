"""A run has ended: whoever has to know is told, the report is written, and its figures go where they are watched."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from crawler import clock
from crawler.runs.alarm import Rules, decide
from crawler.runs.document import document, write
from crawler.runs.history import newest_first
from crawler.runs.messages import send
from crawler.runs.metrics import write_metrics
from crawler.runs.report import RunReport
from crawler.runs.tell import tell

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def publish(report: RunReport, site: str, folder: Path, settings: BaseSettings) -> None:
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
    tell(report, path)


def _raise_alarm(report: RunReport, site: str, folder: Path, settings: BaseSettings) -> None:
    """First, so that the report says whether somebody was told; if nobody could be, the next run tries again."""
    rules = Rules(settings.getint("ALERT_AFTER"), timedelta(seconds=settings.getfloat("ALERT_REPEAT")))
    now = clock.now()
    report.alarm = decide(report.exit_code, next(newest_first(folder), None), now, rules)
    if report.alarm.due:
        worked, problems = send(document(report, site, now), settings)
        report.warnings += problems
        if worked:
            report.alarm = report.alarm.told(now, report.exit_code)
