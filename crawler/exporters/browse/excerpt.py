"""The place of a text where what was looked for stands."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """``hit`` is what was looked for, as the text has it."""

    before: str
    hit: str
    after: str


def excerpt(text: str, query: str, before: int = 24, after: int = 72) -> Excerpt | None:
    """Where the first of the terms that stands in a text as it was typed stands first, with so many letters
    before and after it; ``None`` if none does.

    >>> excerpt("公司拟减持2亿元", "增持 减持")
    Excerpt(before='公司拟', hit='减持', after='2亿元')
    """
    for quoted, plain in _TERM.findall(query):
        term = (quoted or plain).strip()
        found = re.search(re.escape(term), text, re.IGNORECASE) if term else None
        if found is not None:
            begin, end = max(0, found.start() - before), found.end() + after
            left = ("…" if begin else "") + text[begin : found.start()]
            right = text[found.end() : end] + ("…" if end < len(text) else "")
            return Excerpt(*(_BLANKS.sub(" ", part) for part in (left, found.group(), right)))
    return None
