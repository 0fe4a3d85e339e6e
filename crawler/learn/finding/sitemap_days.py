"""When posts were published, by sitemaps whose times are those of the posts' own days."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from crawler.counted import counted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.learn.finding.posts import Posts
    from crawler.learn.pages import Captured

#: So many days out of a hundred that a sitemap has for posts have to be those of the posts, for the others to be taken from it.
_RIGHT = 95


def sitemaps_of(captured: Captured, posts: Posts, evidence: dict[str, str]) -> tuple[str, ...]:
    """The sitemaps that tell when posts were published: they have times, most of them of the posts' own days."""
    found = []
    for path in captured.sitemaps:
        told = [(day, time) for one, time in _modified(captured, path) if (day := posts.days.get(one))]
        agree = sum("T" in time and _is_near(day, time[:10]) for day, time in told)
        if agree and agree * 2 >= len(told):
            found.append(path)
            evidence["sitemaps"] = f"{agree} of {counted(len(told), 'post')} have times of their own days"
    return tuple(sorted(found))


def _modified(captured: Captured, sitemap: str) -> Iterable[tuple[str, str]]:
    """The paths that a sitemap has, each with its time."""
    return ((captured.relative_anywhere(entry.url) or "", entry.updated) for entry in captured.sitemaps[sitemap])


def with_sitemaps(posts: Posts, captured: Captured, sitemaps: Sequence[str]) -> Posts:
    """The posts; a sitemap that is right about the others tells the days of those of which nothing else does."""
    days = dict(posts.days)
    for sitemap in sitemaps:
        told = {
            path: time[:10] for path, time in _modified(captured, sitemap) if path in days and _is_near(time[:10], time[:10])
        }
        known = [path for path in told if posts.days[path]]
        if sum(_is_near(posts.days[path], told[path]) for path in known) * 100 >= _RIGHT * len(known):
            days = {path: day or told.get(path, "") for path, day in days.items()}
    return replace(posts, days=days)


def _is_near(day: str, other: str) -> bool:
    """Whether two days are the same, or next to each other: the zone of a time may be another."""
    try:
        return abs((date.fromisoformat(day) - date.fromisoformat(other)).days) <= 1
    except ValueError:
        return False
