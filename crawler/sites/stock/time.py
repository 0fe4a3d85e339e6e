"""When a post was published, as its page and its address tell it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.markup.elements import elements
from crawler.markup.shown import SECONDS, Span, shown_by
from crawler.sites.addresses.routes import SiteAddresses

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.items import Exchange
    from crawler.sites.site import Site

#: What an element has that says its time is that of publication.
_PUBLISHED = re.compile(rb"""datePublished|published|pubdate""", re.IGNORECASE)
#: So many elements of a selector are looked at, where the first has another day than the address.
_TIMES = 4
_Time = tuple[datetime, bool]


def time_of(
    site: Site, page: Exchange, selectors: Sequence[str], places: dict[str, Span], content: Span
) -> tuple[datetime | None, bool]:
    """When the post was published, and whether that has a time of day; what the page does not show, its address tells.

    Of an address with a month or a year alone it is the first day, which is not said to be told. Jekyll writes the day of a
    post into its address: an element with another day, that of a change, counts only if it says that it is that of publication.

    :raises UnicodeDecodeError: if an element is not UTF-8.
    """
    in_address, other = SiteAddresses.post_day(site, page.url), None  # whatever else was learned of the post
    for found, place, says_so in _shown(site, page, selectors, content):
        if not in_address or abs((found[0].date() - date.fromisoformat(in_address)).days) <= 1:
            places["date"] = place
            return found
        other = other or ((found, place) if says_so else None)
    if other is not None:
        places["date"] = other[1]
        return other[0]
    day = site.post_day(page.url) or site.first_day(page.url)
    return (datetime.fromisoformat(day).replace(tzinfo=ZoneInfo(site.zone)), False) if day else (None, False)


def _shown(site: Site, page: Exchange, selectors: Sequence[str], content: Span) -> Iterator[tuple[_Time, Span, bool]]:
    """The times that elements show, each with its place, and whether the element says that it is that of publication.

    An element in the content may tell the time of something that is shown there, so that those elsewhere count first.
    """
    for selector in selectors:
        several = elements(page.body, selector)
        outside = [one for one in several if not content[0] <= one.start < content[1]]
        for element in (outside or several)[:_TIMES]:
            text, place = shown_by(page.body, element)
            found = site.read_time(text)
            if found is None:
                break
            is_moment = not element.attributes.keys().isdisjoint(SECONDS)  # which is of no zone
            found = found.astimezone(ZoneInfo(site.zone)) if is_moment else found
            says_so = _PUBLISHED.search(page.body, element.start, element.inner_start) is not None
            yield (found, ":" in text), place, says_so
