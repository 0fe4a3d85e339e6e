"""What a feed has of a content that it cuts: its first words, without tags. They tell which part of a page is the content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.markup.characters import in_text
from crawler.markup.titles.written import plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.learn.layouts.tokens import Token
    from crawler.markup.feeds.feed_entry import FeedEntry

#: What stands at the end of a text that was cut.
_CUT = re.compile(r"\s*+(?:\.\.\.|…|\[…\]|\[\.\.\.\])$")
#: So many characters of it are looked for; a shorter text may stand anywhere.
_LEAST = 60
#: The content is so many times as long or longer, in tenths: what is as long may be a text of the layout's that was cut, too.
_MORE = 15


def beginning(entries: Iterable[FeedEntry]) -> str:
    """The text, in one line, with which a content begins that feeds cut; empty if they have none."""
    for entry in entries:
        text = " ".join(plain(entry.content or "").split())
        if (cut := _CUT.search(text)) and cut.start() >= _LEAST:
            return text[: cut.start()]
    return ""


def begins_in(found: Sequence[Token], text: str) -> bool:
    """Whether a text that was cut stands in a part of a page, with more behind it."""
    inside = b" ".join(token.text for token in found if not token.is_tag and not token.text.startswith(b"<"))
    shown = "".join(in_text(inside.decode("utf-8", "replace")).split())
    place = shown.find("".join(text[:_LEAST].split()))
    return place >= 0 and (len(shown) - place) * 10 >= len("".join(text.split())) * _MORE
