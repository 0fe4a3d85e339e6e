"""Which of a site's addresses is that of its home page, where it has several: with ``http``, with ``https``, with ``www.``."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import islice
from typing import TYPE_CHECKING

from crawler.archive.paths import SITE
from crawler.counted import counted
from crawler.learn.page import read_page
from crawler.markup.links.address import joined, split
from crawler.markup.links.same_place import is_same_place, origin
from crawler.sites.learned.archived import of_learned
from crawler.sites.learned.unlearned import UnlearnedSite
from crawler.upkeep.learning import file_by_site, is_edited, keep_site

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archive.archive import Archive
    from crawler.sites.learned.site import LearnedSite

_REDIRECTS = (301, 302, 303, 307, 308)
#: So many captures of the home page, and so many pages from all over the site, are looked at.
_CAPTURES_READ, _PAGES_READ = 1_000, 40
#: So few pages tell nothing.
_FEWEST = 3


def at_its_home(archive: Archive, site: LearnedSite, *, is_live: bool) -> LearnedSite:
    """A site of which nothing was learned yet, with the address that it has for its own; its captures are filed under that.

    It is the one to which redirects of the home page lead, else the one that most pages name as their own. Pages that name
    ``http`` may be older than the server's certificate, so that ``https`` stays. What was learned stays under its address.

    :param is_live: whether the site itself was asked: then only its redirects count, for nothing else says that it answers
        there, and the host stays the one that a person let us ask.
    """
    path = archive.folder / SITE
    if not isinstance(site, UnlearnedSite) or (path.is_file() and is_edited(path.read_text("utf-8", "replace"))):
        return site
    place, why = _redirected(archive, site)
    if not place and not is_live:
        place, why = _named(archive, site)
    own = origin(site.home)
    if place in ("", own) or (is_live and split(place).netloc != split(own).netloc):
        return site
    home = f"{place}{split(site.home).path}"
    found = of_learned(replace(site.learned, home=home, evidence={**site.learned.evidence, "home": why}))
    if keep_site(archive.folder, found.learned):
        file_by_site(archive, found)
        return found
    return site


def _redirected(archive: Archive, site: LearnedSite) -> tuple[str, str]:
    """The origin at which redirects of the home page end, and a line on it; empty if there are none, or they go in a circle."""
    payloads, led = archive.captures.payloads, dict[str, str]()
    for row in islice(archive.catalog.newest_first(site.home), _CAPTURES_READ):
        if row.status in _REDIRECTS:
            asked, target = payloads.asked(row), payloads.location(row)
            if is_same_place(asked, site.home) and is_same_place(target, site.home) and origin(target) != origin(asked):
                led.setdefault(origin(asked), origin(target))
    place, seen = origin(site.home), set[str]()
    while place in led and place not in seen:
        seen.add(place)
        place = led[place]
    return (place, f"{site.home} leads there") if seen and place not in seen else ("", "")


def _named(archive: Archive, site: LearnedSite) -> tuple[str, str]:
    """The origin that most pages name as their own (``rel="canonical"``), and a line on it; empty if there is none."""
    votes = Counter(_origins(archive))
    best, count = votes.most_common(1)[0] if votes else ("", 0)
    if count < _FEWEST or count * 2 <= votes.total():
        return "", ""
    if site.home.startswith("https:"):
        best = f"https:{best.partition(':')[2]}"
    return best, f"{count} of {counted(votes.total(), 'page')} name it as their own"


def _origins(archive: Archive) -> Iterator[str]:
    urls = list(archive.catalog.urls())
    for url in urls[:: max(1, len(urls) // _PAGES_READ)]:
        row = archive.catalog.latest(url, good=True)
        page = archive.captures.payloads.exchange(row) if row is not None else None
        named = joined(url, read_page("", page).named) if page is not None else ""
        if named and is_same_place(named, url):
            yield origin(named)
