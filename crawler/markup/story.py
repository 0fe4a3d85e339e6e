"""Do a page and a share answer tell the same story?

Kramdown changes white space, quotes, dashes, entities and the way tags are written, but no letter and no
digit of the text. So two texts are the same story when their letters and digits, and the images among
them, are the same.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from html import unescape
from itertools import accumulate
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LIQUID = re.compile(r"\{(?=([{%]))")
_CLOSES = {"{": "}}", "%": "%}"}
_TAG = re.compile(r"<(?!https?://)[/!a-zA-Z][^>]*>")
_IMAGE = re.compile(r"<img\b", re.IGNORECASE)
_SOURCE = re.compile(r"\bsrc\s*=\s*[\"']?([^\"'\s>]*)", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(r"^(\s*+)(\d+\.\s)?", re.MULTILINE)
#: Python refuses to read a number of more digits; no character has it.
_NO_CHARACTER = re.compile(r"&#[0-9]{4301,}+;?")


#: What must not be cut: a tag, an entity; and the text between them.
_TOKEN = re.compile(r"<[^<>]*>|&\w{1,32};|&#\w{1,8};|[^<&]+|[<&]")
_COMMENT_OR_TOKEN = re.compile(rf"{_COMMENT.pattern}|{_TOKEN.pattern}", re.DOTALL)


def skeleton(html: str) -> str:
    """Letters and digits of the visible text, then the images' addresses.

    >>> skeleton('<p>A&amp;B&nbsp;“引号”…</p>')
    'AB引号'
    """
    plain = _unescaped(_unescaped(_without(_COMMENT, "-->", html)))
    letters = "".join(_LETTERS.findall(_without(_TAG, ">", plain)))
    return letters + "".join("\n" + address for address in _images(plain))


def _without(pattern: re.Pattern[str], end: str, text: str) -> str:
    """A text without the matches of a pattern, each of which ends with ``end``.

    Behind the last ``end`` there can be none. To look there for the end of each that was begun takes quadratic time.
    """
    before, found, after = text.rpartition(end)
    return pattern.sub("", before + found) + after


def _unescaped(text: str) -> str:
    return unescape(_NO_CHARACTER.sub("\ufffd", text))


def _images(html: str) -> Iterator[str]:
    """The addresses of images. Each part of the text is looked through once."""
    place, tag_end = 0, -1
    while image := _IMAGE.search(html, place):
        if tag_end < image.end():
            tag_end = html.find(">", image.end())
            tag_end = len(html) if tag_end < 0 else tag_end
        source = _SOURCE.search(html, image.end(), tag_end)
        if source:
            yield source[1]
        place = source.end() if source else tag_end


def _without_liquid(text: str) -> str:
    """A text without the tags and outputs of Liquid that are closed."""
    last = {closing: text.rfind(closing) for closing in _CLOSES.values()}
    pieces, done = [], 0
    for found in _LIQUID.finditer(text):
        start, closing = found.start(), _CLOSES[found[1]]
        if done <= start <= last[closing] - 2:
            pieces.append(text[done:start])
            done = text.index(closing, start + 2) + 2
    return "".join(pieces) + text[done:]


def _without_ordinals(text: str) -> str:
    return _ORDINAL.sub(lambda found: "" if found[2] else found[1], text)


def same_story(page_html: str, answer_html: str) -> bool:
    """Whether the rendered body of a page can have been made from the answer's text.

    An answer's Liquid tags and, in text that kramdown read as Markdown, the numbers of its lists are not on
    the page.
    """
    if "".join(page_html.split()) == "".join(answer_html.split()):
        return True  # most: kramdown changed white space alone
    page = skeleton(page_html)
    answer = _without_liquid(answer_html)
    return page == skeleton(answer) or page == skeleton(_without_ordinals(answer))


def parting(page_html: str, answer_html: str) -> int | None:
    """The character of a page's body from which on it tells another story than the answer.

    ``None`` if they tell the same, or differ in nothing but images and in what the answer has behind the page's end.

    >>> parting("<p>A<b>BC</b>D</p>", "A B X D")
    8
    """
    if same_story(page_html, answer_html):
        return None
    answer = _without_liquid(answer_html)
    found = [_parting(page_html, _letters(text)) for text in (answer, _without_ordinals(answer))]
    return None if None in found else max(place for place in found if place is not None)


def _letters(html: str) -> str:
    return skeleton(html).partition("\n")[0]


def _parting(page_html: str, letters: str) -> int | None:
    """The first character of the page with which its letters are no longer the beginning of these."""
    ends = [0, *accumulate(map(len, _tokens(page_html)))]
    parts = bisect_left(ends, x=True, key=lambda end: not letters.startswith(_letters(page_html[:end])))
    if parts == len(ends):
        return None
    start, end = ends[parts - 1], ends[parts]
    places = range(start, end + 1)
    inside = bisect_left(places, x=True, key=lambda place: not letters.startswith(_letters(page_html[:place])))
    return places[inside] - 1 if page_html[start] not in "<&" else start


def _tokens(html: str) -> Iterator[str]:
    """The text in pieces: comments, and what else must not be cut. Behind the last end of a comment none begins."""
    place, last = 0, html.rfind("-->") - len("<!--")
    while found := (_COMMENT_OR_TOKEN if place <= last else _TOKEN).match(html, place):
        yield found[0]
        place = found.end()
