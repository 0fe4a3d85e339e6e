"""Where the content of a post ends in its page: a post's own tags, left open or closed twice, can hide its layout's end tag."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.markup.elements import elements
from crawler.markup.tags import tags

if TYPE_CHECKING:
    from crawler.markup.elements import Element

#: The elements that a layout puts around a post's content, the nearest first.
_AROUND = ("article", "main")


def content_end(body: bytes, content: Element) -> tuple[int, bool]:
    """The byte behind the inside of the content's element, and whether that is certain.

    It is not where the element leaves the ``<article>`` (else ``<main>``) around it, or where start and end tags of its name
    do not match there: the content then ends at the last end tag of that name.

    >>> page = b"<article><div class=e><div><p>open</div></article><div>foot</div>"
    >>> content_end(page, elements(page, ".e")[0]) == (page.index(b"</div>"), False)
    True
    """
    around = _around(body, content)
    first, last = (around.inner_start, around.inner_end) if around is not None else (0, len(body))
    depth, matched, end = 0, True, content.inner_end
    for tag in tags(body, (content.name.encode(),)):
        if tag.start >= last:
            break
        if tag.start < first:
            continue
        depth += -1 if tag.closing else 1
        matched &= depth >= 0
        if tag.closing and around is not None and tag.start >= content.inner_start:
            end = tag.start
    if matched and depth == 0 and content.end <= last:
        return content.inner_end, True
    return min(end, last), False


def _around(body: bytes, content: Element) -> Element | None:
    """The innermost element of the first name that the content stands in."""
    for name in _AROUND:
        found = [one for one in elements(body, name) if one.inner_start <= content.start < one.inner_end]
        if found:
            return found[-1]
    return None


def feeds_end(body: bytes, start: int, told: bytes) -> int | None:
    """The byte behind a feed's content that stands in the page, if it is whole: what follows there is an end tag.

    :param start: where the content begins in the page.
    :param told: the feed's content, without white space at its ends.
    """
    if not told or not body.startswith(told, start):
        return None
    end = start + len(told)
    return end if body[end : end + _BLANKS].lstrip().startswith(b"</") else None


#: More white space than stands between a content and the end tag of its element.
_BLANKS = 1000
