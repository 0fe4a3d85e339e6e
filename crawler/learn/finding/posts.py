"""Which of the captured pages are posts, by everything that tells: addresses, feeds, their own heads, the sources they name."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from crawler.learn.fields.titles import title_of
from crawler.learn.finding.boxed import boxed
from crawler.learn.finding.collection_feeds import of_collections
from crawler.learn.finding.dated_folders import dated_folders
from crawler.learn.finding.dayless_lists import without_dayless_lists
from crawler.learn.finding.days import day_shown, days_beside
from crawler.learn.finding.endings import with_their_ending
from crawler.learn.finding.folder_pages import pages_of_folders
from crawler.learn.finding.link_titles import link_titles
from crawler.learn.finding.listed import beside, folder, listed, with_more, without_collections
from crawler.learn.finding.lists import lists_by_days, lists_by_links, lists_by_look
from crawler.learn.finding.other_folders import without_other_folders
from crawler.learn.finding.own_sources import named_elsewhere, own_source
from crawler.learn.finding.search_lists import days_of
from crawler.learn.rule import is_dated
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from crawler.learn.page import Page
    from crawler.learn.pages import Captured
    from crawler.markup.feeds.feed_entry import FeedEntry

#: Addresses of further pages of lists and lists of a month, and of the page for what is not there; and of lists.
_NO_POST = re.compile(
    r"(?:.*/)?page/?\d+(?:/|\.html)?|(?:.*/)?(?:19|20)\d\d/(?:0\d|1[0-2])(?:/\d\d)?/?|(?:.*/)?404(?:/|\.html)?"
)
_LIST = re.compile(r"(?:tags?|categor(?:y|ies)|archives?)(?:/.*|\.html)?")
#: So many pages out of a hundred that are surely posts have to name their source for the others to be told by that.
_NAMED = 80
#: So many posts of feeds tell what addresses the newest ones have.
_ENOUGH = 3
#: So many pages out of a hundred that a list has with a date have to be posts, for the others to be.
_LISTED = 95
_MIDNIGHT = re.compile(r"00:00:00|^[^:]*$")


@dataclass(frozen=True, slots=True)
class Posts:
    """The paths of posts, each with the day that is known of it (else empty); and how many which evidence bears out.

    ``entries``: what the feeds say of each; ``by``: numbers of posts by kind of evidence; ``authors``: how many names of
    authors the feeds have, for a feed names its own where a post has none.
    """

    days: Mapping[str, str]
    entries: Mapping[str, list[FeedEntry]]
    by: Mapping[str, int]
    authors: int
    #: The titles of posts by links in lists, where their heads tell none: all of them say the same.
    titles: Mapping[str, str] = field(default_factory=dict)


def posts_of(captured: Captured) -> Posts:
    """The posts of a site. A page that sends its reader elsewhere is none, nor is one that lists posts."""
    pages = {path: page for path, page in captured.pages.items() if path and not page.is_stub}
    if others := tuple(f"{name}/" for name in of_collections(captured)):
        pages = {path: page for path, page in pages.items() if not path.startswith(others)}
    entries = _entries(captured, pages)
    own = own_folder(entries)
    pages = {path: page for path, page in pages.items() if path in entries or not lists_names(path, own)}
    dated = {path for path in pages if is_dated(path)}
    in_feeds = {path: day_of(pages[path], several) for path, several in entries.items()}
    sources = {path: named for path, page in pages.items() if (named := own_source(page)) is not None}
    documents = dated_folders(captured, pages, frozenset(dated), in_feeds) - sources.keys()
    documents |= named_elsewhere(pages, sources, dated | entries.keys()) - entries.keys()
    dated -= documents
    pages = {path: page for path, page in pages.items() if path not in documents}
    sure = dated | entries.keys()
    by = {"address": len(dated), "feed": len(entries.keys() & pages.keys())}
    if sure and len(sure & sources.keys()) * 100 >= _NAMED * len(sure):
        found = dated | sources.keys()
        by["source"] = len(sources)
    else:
        described = _described(captured, pages, sure, has_days=bool(dated))
        if len(dated) * 2 <= len(sure) or _are_undated(entries.keys(), dated):
            captured.listings = lists_by_days(captured, pages)
            in_lists = listed(captured, pages, days_beside(captured, pages))
            captured.listings |= lists_by_look(captured, pages, in_lists | sure)
            with_days = days_beside(captured, pages)
            in_lists = with_more(in_lists, listed(captured, pages, with_days), with_days)
            in_lists = without_dayless_lists(captured, pages, in_lists, with_days, sure | described)
            in_lists |= boxed(captured, pages, in_lists)
            # What lies beside the posts of a feed, and has a day in lists, is one, whatever it looks like.
            of_feeds = {folder(path) for path in entries} - {""}
            in_lists |= {path for path in with_days if path in pages and folder(path) in of_feeds}
            in_lists = with_their_ending(without_other_folders(captured, pages, in_lists, entries, with_days), entries)
            captured.listings -= in_lists
            of_folders = pages_of_folders(captured, pages, in_lists, sure | described)
            captured.listings |= of_folders
            in_lists -= of_folders
        else:
            captured.listings = lists_by_links(captured, pages, sure)
            in_lists = _before_feeds(captured, beside(captured, pages, sure), pages, entries)
        found = sure | described | in_lists
        by |= {"head": len(described), "lists": len(in_lists)}
        sources = {}
    in_search = _in_search(captured, pages, found)
    by |= {"search": len(in_search)}
    days = {
        path: _real(sources[path]) if path in sources else day_of(pages[path], entries.get(path, [])) or in_search.get(path, "")
        for path in sorted({*found, *in_search})
    }
    authors = {entry.author for several in entries.values() for entry in several if entry.author}
    heads = {title_of(pages[path]) for path in days}
    titles = dict.fromkeys(days, "") | link_titles(captured, days) if len(heads) == 1 < len(days) else {}
    return Posts(days, {path: entries.get(path, []) for path in days}, by, len(authors), titles)


def _are_undated(told: Collection[str], dated: Collection[str]) -> bool:
    """Whether the posts of feeds, the newest, mostly have no dates in their addresses, whatever older ones have."""
    return len(told) >= _ENOUGH and sum(path in dated for path in told) * 2 < len(told)


def own_folder(posts: Collection[str]) -> str:
    """The first folder of most of some posts, with its slash; empty if there is none.

    >>> own_folder(["archive/tide/", "archive/2020/moon/", "about/"]), own_folder(["tide/", "moon/"])
    ('archive/', '')
    """
    first = Counter(folder for path in posts if (folder := ENDING.sub("", path).partition("/")[:2])[1])
    return next(("".join(folder) for folder, count in first.most_common(1) if count * 2 > len(posts)), "")


def lists_names(path: str, own: str) -> bool:
    """Whether a path is that of a list of posts, or of none, by the words in it.

    A site's own rule may have its posts below such a word, too: what lies in the folder that most posts lie in is judged by
    what follows, and an address with a date is a post's.

    >>> lists_names("archive/tide/", ""), lists_names("archive/tide/", "archive/"), lists_names("archive/", "archive/")
    (True, False, True)
    >>> lists_names("archives/2020/05/06/tide/", ""), lists_names("archives/2020/05/06/", ""), lists_names("2020/page2/", "")
    (False, True, True)
    """
    below = path.removeprefix(own) or path
    return _NO_POST.fullmatch(below) is not None or (_LIST.fullmatch(below) is not None and not is_dated(below))


def _in_search(captured: Captured, pages: Mapping[str, Page], posts: set[str]) -> dict[str, str]:
    """The days of further pages that a list for the site's own search has with dates, if nearly all that it has so are posts.

    Jekyll gives documents of collections the time of the build.
    """
    found: dict[str, str] = {}
    for told in days_of(captured, pages):
        others = told.keys() - posts
        often = Counter(told[path][1] for path in others)
        days = {path: day for path in others for day, text in (told[path],) if often[text] == 1 or _MIDNIGHT.search(text)}
        known = len(told.keys() & posts)
        if not posts or known * 100 >= _LISTED * (known + len(days)):
            found |= days
    return found


def _before_feeds(
    captured: Captured, found: set[str], pages: Mapping[str, Page], entries: Mapping[str, list[FeedEntry]]
) -> set[str]:
    """Those pages that show a day which is older than all that feeds have: of what is newer, these would have the posts."""
    with_days = days_beside(captured, pages) if found else {}
    told = [day for path, several in entries.items() if (day := day_of(pages[path], several))]
    oldest = min(told, default="9999")
    days = {path: day_of(pages[path], []) or with_days.get(path) or day_shown(pages[path].body) for path in found}
    return {path for path, day in days.items() if day and day < oldest}


def _entries(captured: Captured, pages: Mapping[str, Page]) -> dict[str, list[FeedEntry]]:
    """The entries of feeds that are captured pages. A feed may name the site by another host than it is served from."""
    spelt = {ENDING.sub("", path): path for path in pages}
    found: dict[str, list[FeedEntry]] = {}
    for entries in captured.entries.values():
        for entry in entries:
            path = captured.relative_anywhere(entry.url)
            page = spelt.get(ENDING.sub("", path)) if path else None
            if page:
                found.setdefault(page, []).append(entry)
    return found


def _described(captured: Captured, pages: Mapping[str, Page], sure: set[str], *, has_days: bool) -> set[str]:
    """Pages that say in their heads that they are posts. Jekyll gives documents of collections the time of the build.

    Lists, which are no posts whatever they say, may be such documents, too, and tell the time of the build; so does a feed.
    A folder of several may be a collection, too, but for one of which feeds have pages: these are posts.
    """
    often = Counter(page.published for path, page in captured.pages.items() if path not in sure)
    times = {path: page.published for path, page in pages.items() if page.published and path not in sure}
    of_posts = {folder(path) for path in sure if not is_dated(path)} - {""}
    # A translation, which lies in another folder, may have the time of its original.
    beside = Counter((folder(path), time) for path, time in times.items() if folder(path) in of_posts)
    found = {
        path
        for path, time in times.items()
        if re.search(r"T00:00:00", time) or (time not in captured.built and 1 in (often[time], beside[folder(path), time]))
    }
    return without_collections(captured, pages, found, sure) if has_days else found


_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_IN_ADDRESS = re.compile(r"(?:^|/)(\d{4})[/-](\d{1,2})[/-](\d{1,2})(?=[/-])")


def day_of(page: Page, entries: list[FeedEntry]) -> str:
    """The day of a post by its address, its head or what feeds say of it; empty if none tells it."""
    if (found := _IN_ADDRESS.search(page.path)) and (day := _real(f"{found[1]}-{found[2]:0>2}-{found[3]:0>2}")):
        return day
    told = (page.published, *(entry.published or entry.updated for entry in entries))
    return next((day for one in told if (found := _DAY.match(one)) and (day := _real(found[0]))), "")


def _real(day: str) -> str:
    """A day that there is; empty if there is none: a page may say anything."""
    try:
        return date.fromisoformat(day).isoformat()
    except ValueError:
        return ""
