"""Compares the rendered body of a page with the text of a companion: can the page have been made from it?

Kramdown changes white space, quotes, dashes, entities and the way tags are written, but no letter and no digit of the text.
So two texts are the same if they have the same letters and digits, and the same images.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate
from typing import TYPE_CHECKING

from crawler.markup.characters import unescaped
from crawler.markup.closed import sub_closed

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LIQUID = re.compile(r"\{(?=([{%]))")
_LIQUID_ENDS = {"{": "}}", "%": "%}"}
_TAG = re.compile(r"<(?!https?://)[/!a-zA-Z][^>]*>")
_IMAGE = re.compile(r"<img\b", re.IGNORECASE)
_SOURCE = re.compile(r"\bsrc\s*+=\s*+[\"']?([^\"'\s>]*+)", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W_]+")
#: The white space at the beginning of a line, and the number of a list behind it.
_ORDINAL = re.compile(r"(^\s*+)(\d++\.\s)?", re.MULTILINE)
#: A tag or an entity, which must not be cut in two; or the text between them. The other pattern has comments, too.
_TOKEN = re.compile(r"<[^<>]*>|&\w{1,32};|&#\w{1,8};|[^<&]+|[<&]")
_TOKEN_OR_COMMENT = re.compile(rf"{_COMMENT.pattern}|{_TOKEN.pattern}", re.DOTALL)


def letters_and_images(html: str) -> str:
    """The letters and digits of the visible text, then the images' addresses, each after a newline.

    >>> letters_and_images('<p>A&amp;B&nbsp;“引号”…</p>')
    'AB引号'
    """
    plain = unescaped(unescaped(sub_closed(_COMMENT, "-->", "", html)))
    letters = "".join(_LETTERS.findall(sub_closed(_TAG, ">", "", plain)))
    return letters + "".join("\n" + address for address in _images(plain))


def _images(html: str) -> Iterator[str]:
    at = end = 0
    while image := _IMAGE.search(html, at):
        if end < image.end():
            end = html.find(">", image.end())
            end = len(html) if end < 0 else end
        source = _SOURCE.search(html, image.end(), end)
        if source:
            yield source[1]
        at = source.end() if source else end


def same_text(page_html: str, companion_html: str) -> bool:
    """Whether the rendered body of a page can have been made from a companion's text.

    Liquid tags are not on the page, nor are the numbers of lists in text that kramdown read as Markdown.
    """
    if "".join(page_html.split()) == "".join(companion_html.split()):
        return True  # the usual case: kramdown changed only white space
    page = letters_and_images(page_html)
    return any(page == letters_and_images(text) for text in _possible_sources(companion_html))


def _possible_sources(companion_html: str) -> Iterator[str]:
    """A companion's text without Liquid tags; then without the numbers of lists, too."""
    text = _without_liquid(companion_html)
    yield text
    yield _ORDINAL.sub(lambda begun: "" if begun[2] else begun[1], text)


def _without_liquid(html: str) -> str:
    last = {end: html.rfind(end) for end in _LIQUID_ENDS.values()}
    kept, at = [], 0
    for begun in _LIQUID.finditer(html):
        start, end = begun.start(), _LIQUID_ENDS[begun[1]]
        if start >= at and last[end] >= start + 2:
            kept.append(html[at:start])
            at = html.find(end, start + 2) + len(end)
    return "".join([*kept, html[at:]])


def first_difference(page_html: str, companion_html: str) -> int | None:
    """The index of the first character of a page's body that differs from the companion's text.

    It is ``None`` if the texts are the same, or differ only in images or in text that the page lacks at its end.

    >>> first_difference("<p>A<b>BC</b>D</p>", "A B X D")
    8
    """
    if same_text(page_html, companion_html):
        return None
    found = [_differs_at(page_html, _letters(text)) for text in _possible_sources(companion_html)]
    return None if None in found else max(place for place in found if place is not None)


def _letters(html: str) -> str:
    return letters_and_images(html).partition("\n")[0]


def _differs_at(page_html: str, letters: str) -> int | None:
    """The index of the first character up to which the page's letters are not the beginning of ``letters``."""
    head, closing, tail = page_html.rpartition("-->")  # as in sub_closed
    tokens = [*_TOKEN_OR_COMMENT.findall(head + closing), *_TOKEN.findall(tail)]
    ends = [0, *accumulate(map(len, tokens))]
    parts = bisect_left(ends, x=True, key=lambda end: not letters.startswith(_letters(page_html[:end])))
    if parts == len(ends):
        return None
    start, end = ends[parts - 1], ends[parts]
    places = range(start, end + 1)
    inside = bisect_left(places, x=True, key=lambda place: not letters.startswith(_letters(page_html[:place])))
    return places[inside] - 1 if page_html[start] not in "<&" else start
