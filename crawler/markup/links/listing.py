"""Home, tag and category pages -> the links they list."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.markup.characters import as_utf8
from crawler.markup.elements import VOID
from crawler.markup.links.address import LeftOut, passed_over
from crawler.markup.links.links import Link, page_links, placed_links
from crawler.markup.tags import tags

if TYPE_CHECKING:
    from crawler.markup.tags import Tag

_END = re.compile(rb"</html[\t\n\f\r />]", re.IGNORECASE)

#: Elements without an end tag, and those whose end tags HTML lets a page leave out.
_OPTIONAL = "html head body li dt dd p rt rp optgroup option colgroup caption thead tbody tfoot tr td th"
_MAY_STAY_OPEN = VOID | frozenset(_OPTIONAL.split())
#: Elements around the contents of a page, with which one may end: not its header, nor a link.
_AROUND = ("ul", "ol", "dl", "div", "main", "section", "article", "footer")
_UNSEEN = ("script", "noscript", "style")


@dataclass(frozen=True, slots=True)
class Section:
    """A heading of the home page, a tag, and the links below it."""

    name: str
    links: tuple[Link, ...]


class UnreadableListing(ValueError):
    """A feed that is none, or a page that is not whole."""


class StrangePage(UnreadableListing):
    """A page that came to its end, and is none as the site's listings are."""


def whole_links(body: bytes, base: str, left_out: LeftOut = passed_over) -> list[Link]:
    """The links of a page that came to its end: half a listing would pass for one with fewer posts.

    What stands behind ``</html>`` belongs to the page as well, as it does in a browser. Pages that were made small
    may lack that end tag: such a page is whole if it closes every element that has to be closed, the last one around others.

    :param left_out: as for :func:`~crawler.markup.links.links.page_links`.
    :raises UnreadableListing: if the page has no end.
    """
    body = as_utf8(body)
    if not any(tag.closing for tag in tags(body, (b"html",))) and not _closes_all(body):
        if _END.search(body):
            raise UnreadableListing("its </html> stands inside a comment, a script or a quote that is never closed")
        raise UnreadableListing("was cut off before its end")
    return page_links(body, base, left_out)


def _closes_all(body: bytes) -> bool:
    """Whether a page ends with the end tag of an element around others, and leaves none open that has to be closed."""
    still_open: Counter[str] = Counter()
    last: Tag | None = None
    end = 0
    for tag in tags(body):
        last = last if tag.name in _UNSEEN else tag
        end = tag.end
        if tag.closing:
            still_open[tag.name] -= still_open[tag.name] > 0
        elif tag.name not in _MAY_STAY_OPEN and body[tag.end - 2 : tag.end - 1] != b"/":
            still_open[tag.name] += 1
    ends = last is not None and last.closing and last.name in _AROUND and not body[end:].strip()
    return ends and not still_open.total()


def sections(body: bytes, base: str) -> list[Section]:
    """The parts of a page that stand under an ``<h2 id="...">``, in their order.

    >>> home = b'<a href="/">x</a><H2 id=A&amp;B>A&amp;B</H2><a href="/a">1</a>'
    >>> [(part.name, [link.url for link in part.links]) for part in sections(home, "https://s/")]
    [('A&B', ['https://s/a'])]
    """
    body = as_utf8(body)
    placed = list(placed_links(body, base))
    heads = [
        (tag.start, name) for tag in tags(body, (b"h2",)) if not tag.closing and (name := tag.attributes.get("id")) is not None
    ]
    places = [bisect_left(placed, start, key=lambda one: one[0]) for start, _ in heads]
    ends = [*places, len(placed)][1:]
    return [
        Section(name, tuple(link for _, link in placed[start:end]))
        for (_, name), start, end in zip(heads, places, ends, strict=True)
    ]
