"""Pages with one layout, told by the tags that a layout has and a content has not."""

from __future__ import annotations

import re
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
_NUMBERS = re.compile(rb"[0-9]+")
#: Two pages whose tags are the same to this part have one layout.
_ALIKE = 0.6
#: So many kinds of pages are told apart; the tags of one page are looked at up to so many.
_MOST, _LOOKED_AT = 50, 300


def clusters(pages: Sequence[Page]) -> list[list[Page]]:
    """The pages, those that are alike together; the largest number of them first."""
    found: list[tuple[frozenset[bytes], list[Page]]] = []
    for page in pages:
        marks = _marks(page.body)
        for leader, members in found:
            if len(leader & marks) >= _ALIKE * len(leader | marks):
                members.append(page)
                break
        else:
            if len(found) < _MOST:
                found.append((marks, [page]))
    return sorted((members for _, members in found), key=len, reverse=True)


def _marks(body: bytes) -> frozenset[bytes]:
    tags = (_NUMBERS.sub(b"0", found[0]) for found in _MARKS.finditer(body))
    marks = frozenset(tag for _, tag in zip(range(_LOOKED_AT), tags, strict=False) if b"highlight" not in tag)
    return marks if len(marks) >= _FEW else marks.union(_NAMES.findall(body))
