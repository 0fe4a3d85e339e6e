"""Pages with one layout, told by the tags that a layout has and a content has not."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.learn.page import Page

#: Tags that are a layout's: around others, with a class or an id.
_MARKS = re.compile(
    rb"<(?:body|div|section|article|main|header|footer|nav|aside|ul|time|h1|form)\s[^>]{0,300}?(?:class|id)=[^>]{0,300}>",
    re.IGNORECASE,
)
#: Of pages with fewer of these, further tags tell kinds of pages apart.
_FEW = 3
_NAMES = re.compile(rb"<(?:section|article|main|header|footer|nav|aside|time|h1|form|div)(?=[\s>])", re.IGNORECASE)
_CLASS = re.compile(rb"\sclass=(?:\"[^\"]*\"|'[^']*'|[^\s>]+)", re.IGNORECASE)
_NUMBERS = re.compile(rb"[0-9]+")
#: Two pages whose tags are the same to this part have one layout.
_ALIKE = 0.6
#: So many kinds of pages are told apart; the tags of one page are looked at up to so many.
_MOST, _LOOKED_AT = 50, 300


def clusters(pages: Sequence[Page]) -> list[list[Page]]:
    """The pages, those that are alike together; the largest number of them first."""
    found: list[tuple[frozenset[bytes], list[Page]]] = []
    every = [_marks(page.body) for page in pages]
    counts = Counter(mark for marks in every for mark in marks)
    for page, own in zip(pages, every, strict=True):
        marks = frozenset(mark if counts[mark] > 1 else _without_own(mark) for mark in own)
        for leader, members in found:
            if len(leader & marks) >= _ALIKE * len(leader | marks):
                members.append(page)
                break
        else:
            if len(found) < _MOST:
                found.append((marks, [page]))
    return sorted((members for _, members in found), key=len, reverse=True)


def _without_own(mark: bytes) -> bytes:
    """A tag that one page alone has, without what is most likely the post's own in it: an identifier, a picture, an address.

    >>> _without_own(b'<h1 class="top" id="my-title">')
    b'<h1 class="top"'
    """
    found = _CLASS.search(mark)
    return re.split(rb"[\s>]", mark, maxsplit=1)[0] + (found[0] if found else b"")


def _marks(body: bytes) -> frozenset[bytes]:
    tags = (_NUMBERS.sub(b"0", found[0]) for found in _MARKS.finditer(body))
    marks = frozenset(tag for _, tag in zip(range(_LOOKED_AT), tags, strict=False) if b"highlight" not in tag)
    return marks if len(marks) >= _FEW else marks.union(_NAMES.findall(body))
