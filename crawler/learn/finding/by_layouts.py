"""Pages that nothing else tells to be posts: they have the layout of posts, a day of their own, and a place in their lists."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from crawler.learn.fields.shown import seen
from crawler.learn.finding.listed import links_to, lists_of
from crawler.learn.layouts.content import content_of
from crawler.learn.rule import is_dated
from crawler.markup.times import read_time
from crawler.sites.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.learn.finding.posts import Posts
    from crawler.learn.learned import Layout
    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

#: So many lists are read.
_LISTS = 200


def with_alike(captured: Captured, posts: Posts, layouts: Sequence[Layout]) -> Posts:
    """The posts with further pages that have a layout of theirs and stand in a list that has most posts of the site.

    Each has a day of its own: documents of collections, which may have that layout, too, are given the time of the build.
    Where addresses tell the days of posts, they tell which pages are posts.
    """
    if not posts.days or sum(map(is_dated, posts.days)) * 2 > len(posts.days):
        return posts
    told = {
        path: day
        for path, page in captured.pages.items()
        if path and path not in posts.days and path not in captured.listings and not page.is_stub and not page.is_large
        if (day := _day(page, layouts))
    }
    often, newest = Counter(told.values()), max(posts.days.values())
    days = {path: day for path, day in told.items() if often[day] == 1 and day <= newest} if told else {}
    found = _in_lists(captured, posts, days) if days else set()
    if not found:
        return posts
    return replace(
        posts,
        days=dict(sorted({**posts.days, **{path: days[path] for path in found}}.items())),
        entries={**posts.entries, **{path: [] for path in found}},
        by={**posts.by, "layout": len(found)},
    )


def _day(page: Page, layouts: Sequence[Layout]) -> str:
    """The day that a page with one of the layouts shows where posts show theirs; empty if it shows no title, or no day."""
    body = page.body
    found = content_of(body, layouts)
    if found is None or not (found[0].start and found[0].title and found[0].time):
        return ""
    layout, start, end = found
    shown = seen(body, layout.time[0], (start, end)).first if seen(body, layout.title[0], (start, end)).first else ""
    time = read_time(shown, "UTC") if shown else None
    return time.date().isoformat() if time is not None else ""


def _in_lists(captured: Captured, posts: Posts, days: dict[str, str]) -> set[str]:
    """Those of the pages that stand in a list with most of the posts."""
    spelt = {ENDING.sub("", path): path for path in (*posts.days, *days)}
    found = set[str]()
    for page in islice(lists_of(captured), _LISTS):
        listed = {path for _, _, path in links_to(captured, page, spelt)} if page.path not in days else set()
        if len(listed & posts.days.keys()) * 2 > len(posts.days):
            found |= listed & days.keys()
    return found
