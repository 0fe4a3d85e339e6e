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

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_TAG = re.compile(r"<(?!https?://)[/!a-zA-Z][^>]*>")
_IMAGE = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]*)", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(r"^\s*\d+\.\s", re.MULTILINE)


#: What must not be cut: a comment, a tag, an entity; and the text between them.
_TOKEN = re.compile(r"<!--.*?-->|<[^<>]*>|&\w{1,32};|&#\w{1,8};|[^<&]+|[<&]", re.DOTALL)


def skeleton(html: str) -> str:
    """Letters and digits of the visible text, then the images' addresses.

    >>> skeleton('<p>A&amp;B&nbsp;“引号”…</p>')
    'AB引号'
    """
    plain = unescape(unescape(_COMMENT.sub("", html)))
    letters = "".join(_LETTERS.findall(_TAG.sub("", plain)))
    images = _IMAGE.findall(plain)
    return letters + "".join("\n" + address for address in images)


def same_story(page_html: str, answer_html: str) -> bool:
    """Whether the rendered body of a page can have been made from the answer's text.

    An answer's Liquid tags and, in text that kramdown read as Markdown, the numbers of its lists are not on
    the page.
    """
    if "".join(page_html.split()) == "".join(answer_html.split()):
        return True  # most: kramdown changed white space alone
    page = skeleton(page_html)
    answer = _LIQUID.sub("", answer_html)
    return page == skeleton(answer) or page == skeleton(_ORDINAL.sub("", answer))


def parting(page_html: str, answer_html: str) -> int | None:
    """The character of a page's body from which on it tells another story than the answer.

    ``None`` if they tell the same, or differ in nothing but images and in what the answer has behind the page's end.

    >>> parting("<p>A<b>BC</b>D</p>", "A B X D")
    8
    """
    if same_story(page_html, answer_html):
        return None
    answer = _LIQUID.sub("", answer_html)
    found = [_parting(page_html, _letters(text)) for text in (answer, _ORDINAL.sub("", answer))]
    return None if None in found else max(place for place in found if place is not None)


def _letters(html: str) -> str:
    return skeleton(html).partition("\n")[0]


def _parting(page_html: str, letters: str) -> int | None:
    """The first character of the page with which its letters are no longer the beginning of these."""
    ends = [0, *accumulate(len(token[0]) for token in _TOKEN.finditer(page_html))]
    parts = bisect_left(ends, x=True, key=lambda end: not letters.startswith(_letters(page_html[:end])))
    if parts == len(ends):
        return None
    start, end = ends[parts - 1], ends[parts]
    places = range(start, end + 1)
    inside = bisect_left(places, x=True, key=lambda place: not letters.startswith(_letters(page_html[:place])))
    return places[inside] - 1 if page_html[start] not in "<&" else start
