"""Writes a summary of a run report to the log: losses and warnings, grouped by reason; at DEBUG each of them."""

from __future__ import annotations

import logging
import re
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.report.runs.report import STOPPED

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from crawler.report.runs.report import RunReport

logger = logging.getLogger(__name__)
#: The number of reasons that are logged; the report has all of them.
_SHOWN = 8
_ADDRESS = re.compile(r"https?://\S+")


def log_summary(report: RunReport, path: str) -> None:
    """Log a summary of the report that was written to ``path``."""
    for line in failed(report.failures.items()):
        logger.warning("%s", line)
    for line in report.layout:
        logger.warning("the site's layout may have changed: %s; captured, nothing overwritten", line)
    for line in report.warnings:
        logger.warning("%s", line)
    rejected = [(rejection.url, rejection.reason) for rejection in report.rejections]
    for line in grouped("no post", rejected):
        logger.info("%s", line)
    for what, found in (("failed", report.failures.items()), ("no post", rejected)):
        for url, reason in found:
            logger.debug("%s: %s: %s", what, url, reason)
    for line in waiting(report.waiting):
        logger.info("%s", line)
    logger.info(
        "%d new, %d changed, %d gone posts; %s; %s the site itself broke; report: %s",
        report.counts["new"],
        report.counts["changed"],
        report.counts["gone"],
        counted(report.losses, "loss", "losses"),
        counted(report.broken_by_site, "page"),
        path,
    )
    for line in report.next_steps:
        logger.info("%s", line)


def failed(found: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line for each reason why something could not be had, after the one that the run was stopped, which is no failure.

    >>> list(failed([("https://a/1", "HTTP 500"), ("blog", "stopped before its end (shutdown)")]))
    ['blog: stopped before its end (shutdown)', 'failed: https://a/1: HTTP 500']
    """
    lost = list(found)
    yield from (f"{site}: {reason}" for site, reason in lost if reason.startswith(STOPPED))
    yield from grouped("failed", [one for one in lost if not one[1].startswith(STOPPED)])


def waiting(found: Mapping[str, str]) -> Iterator[str]:
    """A line for the pages that this run did not ask for because they failed lately, and when they are due.

    Those that have no time of their own gave no post; the run that first met them named them.

    >>> list(waiting({"https://a/1": "2024-05-11T09:05:41.2Z", "https://a/2": "2024-05-11T09:15:00.0Z", "https://a/3": ""}))
    ['not asked for: 2 addresses, one is https://a/1: failed before, and due for runs from 2024-05-11 09:05:41 UTC on']
    """
    first = min(filter(None, found.values()), default="")
    at = f"{first[:10]} {first[11:19]} UTC"
    yield from grouped("not asked for", [(url, f"failed before, and due for runs from {at} on") for url in found if found[url]])


def grouped(what: str, found: Iterable[tuple[str, str]]) -> Iterator[str]:
    """A line for each reason, the commonest first, with the number of addresses and one of them.

    Reasons that differ only in the addresses in them count as one.

    >>> list(grouped("failed", [("https://a/1", "HTTP 500"), ("https://a/2", "HTTP 404"), ("https://a/3", "HTTP 500")]))
    ['failed: 2 addresses, one is https://a/1: HTTP 500', 'failed: https://a/2: HTTP 404']
    """
    groups: dict[str, list[tuple[str, str]]] = {}
    for url, reason in found:
        groups.setdefault(_ADDRESS.sub("", reason), []).append((url, reason))
    ordered = sorted(groups.values(), key=len, reverse=True)
    for group in ordered[:_SHOWN]:
        (url, reason), number = group[0], len(group)
        yield f"{what}: {f'{number} addresses, one is ' if number > 1 else ''}{url}: {reason}"
    rest = ordered[_SHOWN:]
    if rest:
        yield f"{what}: {sum(map(len, rest))} more, for {counted(len(rest), 'other reason')}; the report has them"
