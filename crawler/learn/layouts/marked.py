"""The contents of few pages, by the elements that layouts mark as the content for programs."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.learn.layouts.content import stripped
from crawler.learn.layouts.tokens import tokens
from crawler.markup.elements import elements
from crawler.sites.site import Site

if TYPE_CHECKING:
    from crawler.learn.layouts.content import Span

#: Elements that layouts have around a content, and much else.
_AROUND = ("article", "main")
#: No title, time or name is longer. A shorter text than the least may be a part of any title.
_LONGEST, _LEAST = 300, 6
_WORDS = re.compile(rb"\w+")


@dataclass(frozen=True, slots=True)
class Shows:
    """Whether a text of a page shows the title or the day of its post; ``in_head``: the title of its head, as it is written."""

    title: str
    in_head: str
    day: str

    def __call__(self, text: bytes) -> bool:
        """Whether this text of the page does."""
        if len(text) > _LONGEST:
            return False
        titles = [title.encode() for title in (self.title, self.in_head) if title]
        if any(title in text or (len(text) >= max(_LEAST, len(title) // 4) and text in title) for title in titles):
            return True
        year, _, day = (self.day or "--").split("-")
        words = set(_WORDS.findall(text))
        days = {
            day.encode(),
            day.lstrip("0").encode(),
            *(f"{day.lstrip('0')}{end}".encode() for end in ("st", "nd", "rd", "th")),
        }
        return bool(year) and len(words) <= len("posted on") and year.encode() in words and not days.isdisjoint(words)


def marked(body: bytes, span: Span | None, shows: Shows) -> Span | None:
    """A content that was found by comparison, made wider to an element that is marked as the content; that element's if none.

    It is not made wider where the element has the title or the day as well.
    """
    for selector in Site.content if span else (*Site.content, *_AROUND):
        for one in elements(body, selector)[:1]:
            inner = stripped(body, one.inner_start, one.inner_end)
            if span is not None and not (inner[0] <= span[0] and span[1] <= inner[1]):
                continue
            outer = (body[inner[0] : span[0]], body[span[1] : inner[1]]) if span else (body[inner[0] : inner[1]],)
            if not any(shows(token.text) for part in outer for token in tokens(part)):
                return inner
    return span
