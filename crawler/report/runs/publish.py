"""Publishes the report of a run that has ended: alerts, metrics, the report's file, and a summary in the log."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from crawler import clock
from crawler.archive.disk import then_again
from crawler.archive.paths import ALERT_SENT, RUNS
from crawler.errors import in_words
from crawler.exit_codes import COULD_NOT_RUN
from crawler.items import SITE_DEFECTS
from crawler.report.runs.alerts import Outcome, Rules, decide, send
from crawler.report.runs.document import document, write
from crawler.report.runs.history import newest_first
from crawler.report.runs.log_summary import log_summary
from crawler.report.runs.metrics import write_metrics
from crawler.report.runs.report import RunReport

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.archive.settings import Settings


def publish(report: RunReport, site: str, folder: Path, settings: Settings) -> None:
    """Write the report into ``folder``, send what is due, and log a summary; whatever fails is a line in the log."""
    _send_alert(report, site, folder, settings)
    if settings.get("PROMETHEUS_FILE"):
        try:
            write_metrics(document(report, site, clock.now()), Path(settings["PROMETHEUS_FILE"]))
        except OSError as error:
            report.warnings.append(f"PROMETHEUS_FILE could not be written: {in_words(error)}")
    try:
        path = "none is kept" if report.no_site else str(write(report, site, folder))
    except OSError as error:
        path = "could not be written"
        report.failed(str(folder), f"no run report: {in_words(error)}; {then_again(error)}")
        _alert_without_report(document(report, site, clock.now()), folder, settings, report.warnings)
    log_summary(report, path)


def publish_failed_start(error: Exception, site: str, archive: Path, settings: Settings) -> list[str]:
    """Send an alert that the archive could not be opened, because the disk is full, say; no run report can be written.

    :returns: a line for each way of sending that did not work.
    """
    report, problems = RunReport(), list[str]()
    report.failed(str(archive), f"cannot be opened: {in_words(error)}")
    failed = document(report, site, clock.now()) | {"exit_code": COULD_NOT_RUN}
    _alert_without_report(failed, archive / RUNS, settings, problems)
    return problems


def _send_alert(report: RunReport, site: str, folder: Path, settings: Settings) -> None:
    """Send an alert if one is due. This comes before the report is written, which says whether one was sent.

    If no way of sending works, the next run tries again.
    """
    rules = Rules(settings.getint("ALERT_AFTER"), timedelta(seconds=settings.getfloat("ALERT_REPEAT")))
    now = clock.now()
    lost = {*report.failures, *(one.url for one in report.rejections if one.code not in SITE_DEFECTS)}
    outcome = Outcome(report.exit_code, lost, report.still_lost)
    report.alarm = decide(outcome, next(newest_first(folder), None), now, rules)
    if report.alarm.due:
        worked, problems = send(document(report, site, now), settings)
        report.warnings += problems
        if worked:
            report.alarm = report.alarm.sent(now, report.exit_code)


def _alert_without_report(failed: Mapping[str, Any], folder: Path, settings: Settings, problems: list[str]) -> None:
    """Send an alert about the first run that wrote no report, because such runs cannot be counted.

    The time of an empty file, which fits even on a full disk, says when the last such alert was sent.
    """
    mark, now = folder / ALERT_SENT, clock.now().timestamp()
    try:
        age = now - mark.stat().st_mtime
    except OSError:
        age = -1.0
    if 0 <= age < settings.getfloat("ALERT_REPEAT"):
        return
    worked, lines = send(failed, settings)
    problems += lines
    if worked:
        with suppress(OSError):
            mark.touch()
            os.utime(mark, (now, now))
