"""Whether the site still looks as its rules say: what a run's own figures tell, held against the archive's history.

Spidermon (https://spidermon.readthedocs.io) loads Twisted's reactor, and a run of ours has none.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.items import SITE_DEFECTS
from crawler.report.runs.report import BODY, RunReport, lacks

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: How many standard deviations a count may lie above what is usual: a few posts of one kind are no new layout.
_DEVIATIONS = 3


@dataclass(frozen=True, slots=True)
class Limits:
    """At least so many pages tell anything; ``share`` of them may be odd before the layout is thought to have changed."""

    pages: int = 5
    share: float = 0.2


def usual(entries: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """For index lines of earlier posts: in which share of them each thing is lacking."""
    counts: Counter[str] = Counter()
    number = 0
    for number, entry in enumerate(entries, 1):  # noqa: B007 - its last value is their number
        counts.update(lacks(entry))
    return {name: count / number for name, count in counts.items()}


def layout_signs(report: RunReport, history: Mapping[str, float] | None, limits: Limits) -> list[str]:
    """Signs that the site's layout has changed, a line each; none for a run like any other.

    :param history: :func:`usual` of earlier posts; ``None`` if there are none.
    """
    return [*_rejected(report, limits), *_bare(report, limits), *_lacking(report, history, limits)]


def _rejected(report: RunReport, limits: Limits) -> Iterator[str]:
    odd = [rejection for rejection in report.rejections if rejection.code not in {*SITE_DEFECTS, "unreadable"}]
    looked = len(odd) + sum(report.counts[name] for name in ("new", "changed", "unchanged"))
    if looked >= limits.pages and len(odd) > limits.share * looked:
        reason = Counter(rejection.reason for rejection in odd).most_common(1)[0][0]
        yield f"{len(odd)} of {looked} post pages gave no post, most of them: {reason}"


def _bare(report: RunReport, limits: Limits) -> Iterator[str]:
    first = [url for url in report.bare_listings if url in report.entrances]
    for url in first:
        yield f"{url} shows no post at all"
    others = sorted(report.bare_listings - set(first))
    if len(others) >= limits.pages:
        yield f"{len(others)} listings show no post although posts link to them, {others[0]} for one"


def _lacking(report: RunReport, history: Mapping[str, float] | None, limits: Limits) -> Iterator[str]:
    if report.examined < limits.pages:
        return
    total = report.examined
    for name, number in sorted(report.lacking.items()):
        if history is None and name != BODY:
            continue  # nobody knows yet what is usual here
        before = 0.0 if history is None else history.get(name, 0.0)
        chance = _DEVIATIONS * math.sqrt(total * before * (1 - before)) + 1
        if number / total - before > limits.share and number - total * before > chance:
            yield f"{number} of {total} posts lack {name}; before it were {before:.0%}"
