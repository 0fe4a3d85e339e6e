"""A run's report in the log: what is lost and what is odd, a line each, and the sum of it."""

from __future__ import annotations

import logging

from crawler.runs.report import RunReport

logger = logging.getLogger(__name__)


def tell(report: RunReport, path: str) -> None:
    """Log the report that was written to ``path``."""
    for url, why in report.failures.items():
        logger.warning("failed: %s: %s", url, why)
    for line in report.layout:
        logger.warning("the site's layout may have changed: %s; captured, nothing overwritten", line)
    for line in report.warnings:
        logger.warning("%s", line)
    for rejection in report.rejections:
        logger.info("no post: %s: %s", rejection.url, rejection.reason)
    logger.info(
        "%d new, %d changed, %d gone posts; %d losses; %d pages the site itself broke; report: %s",
        report.counts["new"],
        report.counts["changed"],
        report.counts["gone"],
        report.losses,
        report.broken_by_site,
        path,
    )
