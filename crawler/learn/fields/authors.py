"""Which elements of pages may name the authors of posts, and which name the site's own author."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.learn.fields.shown import selectors
from crawler.markup.byline import says_who, stands_beside_day, writer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.learn.fields.shown import Seen
    from crawler.markup.elements import Element

#: An author is in what says so.
_WRITER = re.compile(r"author|byline|writer|vcard|\bfn\b|by-line", re.IGNORECASE)
#: The elements that are made for it, in heads and elsewhere.
WRITERS = (
    'meta[name="author"]',
    "[itemprop~=author] [itemprop~=name]",
    ".p-author",
    "a[rel~=author]",
    'meta[property="article:author"]',
)
#: So many posts out of a hundred have to name an author.
_OWN = 20
_LONGEST_NAME = 60


def is_author(known: str, text: str) -> bool | None:
    """Whether a text is the author that is known; ``None`` where none is, and it may be one."""
    if not known:
        return None if text and len(text) <= _LONGEST_NAME and "/" not in text else False
    return known in (text, writer(text))


def proposed_for_author(shown: Iterable[tuple[Element, str]], known: str) -> Iterator[str]:
    """The selectors of a page's elements that show the author who is known, or where none is, what may be one.

    An element says that it is for an author, by its class or its text, or shows a day and a name in one line.
    """
    for element, text in shown:
        if is_author(known, text) or (not known and writer(text) and is_author("", text) is None):
            is_line = stands_beside_day(text) or says_who(text)
            yield from (one for one in selectors(element) if is_line or _WRITER.search(one))


def names_any(pages: Sequence[Seen]) -> bool:
    """Whether what is shown of authors names one in some posts: a layout may show its own words around no name."""
    return sum(bool(writer(page.first)) for page in pages) * 100 >= _OWN * len(pages)


def is_of_site(pages: Sequence[Seen]) -> bool:
    """Whether all posts show the same name: that may be the author of the site, or what a layout says of all posts."""
    return len({writer(page.first) for page in pages}) <= 1
