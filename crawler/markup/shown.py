"""The text that an element of a page shows, in one line, and the bytes where it stands."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from crawler.markup.characters import in_text
from crawler.markup.quoted import content_of
from crawler.markup.times import read_time

if TYPE_CHECKING:
    from crawler.markup.elements import Element

Span = tuple[int, int]
#: Attributes in which an element says what it shows, for programs.
MEANT = ("datetime", "content")
#: Attributes in which scripts that say "two days ago" find a moment, and what stands there.
SECONDS = ("data-ts", "data-timestamp", "data-time", "data-epoch", "data-unix")
_NUMBER = re.compile(r"([1-9]\d{8,9})(?:\d{3})?")
#: How many posts have a name, behind it.
_COUNTED = re.compile(rb"<(span|sup|sub|small|em|i|b|strong)\b[^<>]{0,200}>\s*+([(\[]?\d{1,6}[)\]]?)\s*+</\1>\s*+\Z")
#: That many bytes of an element's end are looked at for it: elements in each other are not read to their ends over and over.
_NEAR_END = 400
_TAG = re.compile(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)|<(?=[a-zA-Z/!?])[^>]*(?:>|\Z)")


def shown_by(body: bytes, element: Element, meant: tuple[str, ...] = MEANT) -> tuple[str, Span]:
    """What an element says for programs in one of the attributes ``meant``, else its text: tags in it are a layout's.

    :raises UnicodeDecodeError: if the text is no UTF-8.
    """
    name = next((name for name in meant if element.attributes.get(name)), "")
    if name:
        is_content = name == "content"
        said = (
            content_of(body[element.start : element.inner_start], element.attributes)
            if is_content
            else element.attributes[name]
        )
        return " ".join(said.split()), (element.start, element.inner_start)
    text, place = stripped(body, element.inner_start, element.inner_end)
    text = in_text(" ".join(_TAG.sub("", text).split()))
    moment = _moment(element, text)
    return (moment, (element.start, element.inner_start)) if moment else (text, place)


def _moment(element: Element, text: str) -> str:
    """The moment of which an element shows the day, where it says it for a script in seconds or milliseconds since 1970."""
    for name in SECONDS:
        found = _NUMBER.fullmatch(element.attributes.get(name, ""))
        day = read_time(text, "UTC") if found else None
        if found and day:
            moment = datetime.fromtimestamp(int(found[1]), UTC)
            return moment.isoformat() if abs((moment.date() - day.date()).days) <= 1 else ""
    return ""


def names_in(body: bytes, element: Element, text: str) -> tuple[str, ...]:
    """The names that an element tells by its text: one; of a ``meta`` for keywords, all that commas stand between.

    How many posts have a name stands behind it in some themes, in an element of its own.
    """
    near_end = max(element.inner_start, element.inner_end - _NEAR_END)
    counted = _COUNTED.search(body, near_end, element.inner_end) if text and element.name == "a" else None
    if counted and text.endswith(count := counted[2].decode()) and (name := text.removesuffix(count).strip()):
        return (name,)
    about = (element.attributes.get(name, "").lower() for name in ("name", "itemprop"))
    is_list = element.name == "meta" and "keywords" in about
    return tuple(filter(None, map(str.strip, text.split(",") if is_list else (text,))))


def stripped(body: bytes, start: int, end: int) -> tuple[str, Span]:
    """A part of the body without white space at its ends, and where that stands.

    :raises UnicodeDecodeError: if it is no UTF-8.
    """
    part = body[start:end]
    begun = part.lstrip()
    start += len(part) - len(begun)
    whole = begun.rstrip()
    return whole.decode(), (start, start + len(whole))
