"""Which of the names that feeds have are categories: those of which a site has lists as such, and none as tags."""

from __future__ import annotations

import re
from types import MappingProxyType
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.fields.kind_words import CATEGORIES, TAGS
from crawler.markup.links.links import page_addresses
from crawler.markup.tags import tags
from crawler.sites.addresses.permalink import Permalink
from crawler.sites.addresses.spellings import ENDING
from crawler.sites.stock.names import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.learn.pages import Captured
    from crawler.markup.feeds.feed_entry import FeedEntry

#: What a folder of lists is called, or the page that has them all.
CATEGORY_LISTS = re.compile(CATEGORIES, re.IGNORECASE)
TAG_LISTS = re.compile(TAGS, re.IGNORECASE)
_NONE: Mapping[str, Sequence[FeedEntry]] = MappingProxyType({})
#: So many entries of feeds tell that the folders of all posts are categories.
_ENOUGH = 3


def category_names(
    captured: Captured, evidence: dict[str, str], permalink: str = "", posts: Mapping[str, Sequence[FeedEntry]] = _NONE
) -> tuple[str, ...]:
    """The names in feeds, as :func:`slug_of` gives them, of which the site has lists as categories and none as tags.

    Where it has no such lists: the folders of the ``permalink``, if feeds have each post with these names before any other;
    or what its addresses tell as categories.

    :param posts: what feeds say of posts, by their paths.
    """
    named = {slug_of(name) for entries in captured.entries.values() for entry in entries for name in entry.categories}
    if not named:
        return ()
    found = tuple(sorted(named & set(_listed(captured, CATEGORY_LISTS)) - set(_listed(captured, TAG_LISTS))))
    if found:
        evidence["category_names"] = (
            f"the site has lists of categories for {len(found)} of {counted(len(named), 'name')} in feeds"
        )
    if not found and (found := _folders(permalink, posts)):
        evidence["category_names"] = "the addresses of all posts have them as folders, and feeds have them first"
    if not found and (found := _in_addresses(permalink, posts)):
        evidence["category_names"] = "the addresses of all posts that feeds have with them, and that the rule makes, say so"
    return found


def _in_addresses(permalink: str, posts: Mapping[str, Sequence[FeedEntry]]) -> tuple[str, ...]:
    """The names that are categories by the addresses of all posts that feeds have with them, of those that the rule makes.

    A post with a permalink of its own has the same categories, and its address does not tell them.
    """
    rule = Permalink(permalink) if permalink else None
    if rule is None or not rule.has_categories:
        return ()
    read = {path: rule.match(path) for path, entries in posts.items() if entries}
    if None not in read.values():
        return ()  # all addresses tell them
    told: dict[str, list[bool]] = {}
    for path, found in read.items():
        names = {slug_of(name) for entry in posts[path] for name in entry.categories}
        for name in names if found is not None else ():
            told.setdefault(name, []).append(found is not None and name in map(slug_of, found.categories or ()))
    return tuple(sorted(name for name, known in told.items() if all(known) and len(known) >= _ENOUGH))


def _folders(permalink: str, posts: Mapping[str, Sequence[FeedEntry]]) -> tuple[str, ...]:
    """The folders that all posts stand in, if they are the first names of each entry in feeds."""
    folders = tuple(slug_of(name) for name in permalink.partition(":")[0].strip("/").split("/") if name)
    told = [
        entry.categories
        for path, entries in posts.items()
        for entry in entries
        if f"/{path}".startswith(permalink.partition(":")[0])
    ]
    first = {tuple(slug_of(name) for name in names[: len(folders)]) for names in told}
    return tuple(sorted(folders)) if folders and len(told) >= _ENOUGH and first == {folders} else ()


def _listed(captured: Captured, kind: re.Pattern[str]) -> Iterator[str]:
    """The names of which a site has lists of one kind: pages of their own, links to such, or parts of one page for all."""
    for path, page in captured.pages.items():
        name = name_at(path, kind)
        if name:
            yield slug_of(name)
        elif name is not None:
            body = page.body
            yield from (slug_of(tag.attributes["id"]) for tag in tags(body) if not tag.closing and tag.attributes.get("id"))
            linked = (name_at(captured.relative(url) or "", kind) for url in page_addresses(body, page.url))
            yield from map(slug_of, filter(None, linked))


def name_at(path: str, kind: re.Pattern[str]) -> str | None:
    """The name of which a path is the list; empty for the page of all lists, ``None`` for any other page.

    >>> paths = ("tags/sea/", "blog/tag/sea.html", "tags/", "tags.html", "tags/a/page/2/", "sea/")
    >>> [name_at(path, TAG_LISTS) for path in paths]
    ['sea', 'sea', '', '', None, None]
    """
    *folders, last = ENDING.sub("", path).strip("/").split("/")
    if kind.fullmatch(last):
        return ""
    return last if folders and kind.fullmatch(folders[-1]) else None
