"""Posts that every page leads to, in a box of the newest or of those changed last: they are no menu."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crawler.learn.finding.clusters import clusters
from crawler.learn.finding.days import day_shown, days_beside
from crawler.learn.finding.listed import have_days, linked, lists_of, menu_of
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

#: So many posts that look alike, and beside which lists have days, are posts even if every page leads to all of them.
_SEVERAL = 3
#: Beside so many of the others out of a hundred lists have to have days.
_MOST = 95


def boxed(captured: Captured, pages: Mapping[str, Page], found: Collection[str]) -> set[str]:
    """The paths of posts to which all pages lead, and lists, too: they look like other posts, and tell a day as these do.

    They are fewer than the others, or lists have days beside them: all pages lead to all of a manual's. Lists that have days
    beside the others have them beside these, too.

    :param pages: those that may be posts.
    :param found: the paths of those to which lists lead, and that are like posts.
    """
    spelt = {ENDING.sub("", path): path for path in menu_of(captured, pages) - set(found)}
    lists = lists_of(captured)
    in_menu = {path for page in lists for path in linked(captured, page, spelt)} if spelt else set[str]()
    in_menu -= {page.path for page in lists}
    days = days_beside(captured, {*found, *in_menu}) if in_menu else {}
    most_have_days = bool(in_menu) and have_days(found, days)
    more = set[str]()
    for cluster in clusters([pages[path] for path in sorted({*found, *in_menu})]) if in_menu else ():
        known = [page for page in cluster if page.path in found]
        own = [page for page in cluster if page.path not in found]
        told = map(_tells, known) if known else filter(None, map(_tells, own))
        usual = next((one for one, _ in Counter(told).most_common(1)), None)
        alike = {page.path for page in own if usual and _tells(page) == usual}
        if len(alike) > len(known) or most_have_days or sum(page.path in days for page in known) * 100 >= _MOST * len(known):
            alike &= days.keys()
        if known or len(alike) >= _SEVERAL:
            more |= alike
    return more


def _tells(page: Page) -> tuple[int, bool] | None:
    """How many times of publication a page tells, that of its head or those of its body; or that it shows a day in a text."""
    times = 1 if page.published else page.shows_times
    has_day = not times and bool(day_shown(page.body))
    return (times, has_day) if times or has_day else None
