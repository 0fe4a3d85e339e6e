"""Which elements of pages may name the authors of posts, and which name the site's own author."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crawler.learn.fields.shown import selectors, value
from crawler.markup.byline import says_who, stands_beside_day, writer
from crawler.markup.elements import elements

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
#: What links with ``rel="author"`` say that name nobody: search engines once wanted them to lead to an author's page elsewhere.
_PLACES = frozenset(
    [
        "about",
        "about me",
        "about the author",
        "contact",
        "e-mail",
        "email",
        "facebook",
        "g+",
        "github",
        "google",
        "google plus",
        "google+",
        "instagram",
        "linkedin",
        "mastodon",
        "profile",
        "twitter",
    ]
)
#: So many posts out of a hundred have to name an author.
_OWN = 20
_LONGEST_NAME = 60
#: So many posts out of a hundred at most show nothing where all others show the same.
_NONE = 10


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
    names = (writer(page.first) for page in pages)
    return sum(bool(name) and name.lower() not in _PLACES for name in names) * 100 >= _OWN * len(pages)


def is_of_site(pages: Sequence[Seen]) -> bool:
    """Whether all posts show the same name: that may be the author of the site, or what a layout says of all posts.

    A few may show nothing: they have another layout around the same content.
    """
    names = Counter(writer(page.first) for page in pages)
    return len(names) <= 1 or (len(names.keys() - {""}) <= 1 and names[""] * 100 <= _NONE * names.total())


def is_of_home(selector: str, pages: Sequence[Seen], home: bytes) -> bool:
    """Whether a home page shows the one name that all posts show, and once: that is the site's own, and no post's.

    What its head says stands in ``[site_wide]``.
    """
    if selector.startswith("meta") or not is_of_site(pages):
        return False
    name = next(filter(None, (writer(page.first) for page in pages)), "")
    return [writer(value(home, element)) for element in elements(home, selector)] == [name]
