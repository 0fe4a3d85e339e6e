"""Folders of pages with dates in their addresses that are documents of collections: no list and no feed of posts has any."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.learn.finding.days import days_beside
from crawler.learn.finding.listed import linked, lists_of
from crawler.learn.rule import before_date, is_dated
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

_Date = tuple[int, ...]

_SEPARATOR = re.compile(r"\d{4}([^\d])")
_NUMBERS = re.compile(r"\d{1,4}")
#: The file's name below a folder: the address that Jekyll gives to documents of collections where nobody says otherwise.
_FILE_NAME = re.compile(r"(?:[^/]+/)+\d{4}-\d\d-\d\d-[^/]+/?")
#: So many posts without a date in their addresses tell that the site's posts have none.
_SEVERAL = 3


def dated_folders(
    captured: Captured, pages: Mapping[str, Page], dated: frozenset[str], in_feeds: Mapping[str, str]
) -> set[str]:
    """Those pages with dated addresses that seem to be documents of collections: whole folders that no list and no feed has.

    Lists and feeds have the newest posts: a folder with one newer than what they have otherwise is none of posts. Lists may
    have documents beside posts: where a feed has posts, it has to have one of a folder whose dates have another form, or
    whose addresses have dates where those of the feed have none, if that has one newer than the feed's oldest. A site that
    changed its permalinks once has only older ones there. Where no feed has any posts, nor a list any with dated addresses,
    lists with days beside others tell that posts have no dates; so they do of documents with the addresses of their files.

    :param pages: those that may be posts.
    :param in_feeds: the days of posts that feeds have, by their paths; empty of those of which feeds tell none.
    """
    folders: dict[str, list[str]] = {}
    for path in sorted(dated):
        folders.setdefault(before_date(path), []).append(path)
    undated = sorted(day for path, day in in_feeds.items() if day and not is_dated(path))
    undated = undated if len(undated) >= _SEVERAL else []
    spelt = {ENDING.sub("", path): path for path in dated}
    told = in_feeds.keys() & dated
    shown = {path for page in lists_of(captured) for path in linked(captured, page, spelt)} | told if folders else told
    in_lists = [] if shown or in_feeds or not any(map(_FILE_NAME.fullmatch, dated)) else _in_lists(captured, pages, dated)
    if not folders or (len(folders) == 1 and not undated and not in_lists):
        return set()
    # What is older than all that is shown may be a post that fell out of the lists, or of the feed.
    oldest = min(map(_date, shown), default=())
    oldest_told = min([*map(_date, told), *map(_numbers, undated)], default=())
    forms = {_form(path) for path in told}
    hidden = list[str]()
    for found in folders.values():
        newest = max(map(_date, found))
        unlisted = oldest and newest > oldest and not shown & set(found)
        untold = oldest_told and newest > oldest_told and not told & set(found) and forms.isdisjoint(map(_form, found))
        has_names = bool(in_lists) and newest > in_lists[0] and all(map(_FILE_NAME.fullmatch, found))
        if unlisted or untold or has_names:
            hidden += found
    return set(hidden)


def _in_lists(captured: Captured, pages: Mapping[str, Page], dated: frozenset[str]) -> list[_Date]:
    """The days that lists have beside pages without a date in their addresses, the oldest first; none if these are few."""
    days = days_beside(captured, pages.keys() - dated).values()
    return sorted(map(_numbers, days)) if len(set(days)) >= _SEVERAL else []


def _form(path: str) -> str:
    """How the date in an address is written, without the digits: ``/`` between its numbers, or ``-``."""
    found = _SEPARATOR.match(path[len(before_date(path)) :])
    return found[1] if found else ""


def _date(path: str) -> _Date:
    """The numbers of the date in an address, to tell which of two is older."""
    return _numbers(path[len(before_date(path)) :])


def _numbers(text: str) -> _Date:
    return tuple(int(number) for number in _NUMBERS.findall(text)[:3])
