"""Looks for signs that a site's layout has changed: a run's figures, compared with the archive's history.

Spidermon (https://spidermon.readthedocs.io) is not used, because it loads Twisted's reactor, which our runs do without.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.items import LESS_EVIDENCE, NOT_INSTALLED, SITE_DEFECTS, UNREADABLE
from crawler.report.runs.report import FOOTER, RunReport, missing_parts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: A count may exceed the usual one by so many standard deviations: a few posts of one kind are not a new layout.
_DEVIATIONS = 3
#: Codes of rejections that tell nothing about the site's layout.
_NO_SIGNS = SITE_DEFECTS | {LESS_EVIDENCE, NOT_INSTALLED, UNREADABLE}
#: The counts of pages that gave a post.
_MADE = ("new", "changed", "unchanged")


@dataclass(frozen=True, slots=True)
class Limits:
    """With fewer than ``pages`` there is no sign; a sign is that more than ``share`` of them deviate."""

    pages: int = 5
    share: float = 0.2


def usual_shares(entries: Iterable[Mapping[str, Any]]) -> dict[str, float]:
    """The share of earlier posts, given by their index lines, that lack each part."""
    counts: Counter[str] = Counter()
    number = 0
    for number, entry in enumerate(entries, 1):  # noqa: B007 - the last value is the number of entries
        counts.update(missing_parts(entry))
    return {name: count / number for name, count in counts.items()}


def layout_signs(report: RunReport, history: Mapping[str, float] | None, limits: Limits) -> list[str]:
    """Signs that the site's layout has changed, a line each; none for an ordinary run.

    :param history: :func:`usual_shares` of earlier posts; ``None`` if there are too few.
    """
    return [*_rejected(report, limits), *_dead(report, limits), *_empty(report, limits), *_lacking(report, history, limits)]


def _rejected(report: RunReport, limits: Limits) -> Iterator[str]:
    rejected = [rejection for rejection in report.rejections if rejection.code not in _NO_SIGNS]
    pages = len(rejected) + sum(report.counts[name] for name in _MADE)
    if pages >= limits.pages and len(rejected) > limits.share * pages:
        reason = Counter(rejection.reason for rejection in rejected).most_common(1)[0][0]
        yield f"{len(rejected)} of {pages} post pages gave no post, most of them: {reason}"


def _dead(report: RunReport, limits: Limits) -> Iterator[str]:
    dead = report.counts["dead"]
    pages = dead + sum(report.counts[name] for name in _MADE)
    if dead >= limits.pages and dead > limits.share * pages:
        yield f"the site has no page for {dead} of {pages} posts that its listings show, {report.dead_links[-1]} for one"


def _empty(report: RunReport, limits: Limits) -> Iterator[str]:
    first = [url for url in report.empty_listings if url in report.seeds]
    for url in first:
        yield f"{url} shows no post at all"
    others = sorted(report.empty_listings - set(first))
    if len(others) >= limits.pages:
        yield f"{len(others)} listings show no post although posts link to them, {others[0]} for one"


def _lacking(report: RunReport, history: Mapping[str, float] | None, limits: Limits) -> Iterator[str]:
    if report.examined < limits.pages:
        return
    total = report.examined
    for name, number in sorted(report.lacking.items()):
        if history is None and name != FOOTER:
            continue  # it is not known yet what is usual for this site
        before = 0.0 if history is None else history.get(name, 0.0)
        by_chance = _DEVIATIONS * math.sqrt(total * before * (1 - before)) + 1
        if number / total - before > limits.share and number - total * before > by_chance:
            yield f"{number} of {total} posts lack {name}; of earlier posts, {before:.0%} did"
