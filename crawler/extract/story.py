"""Do a page and a share answer tell the same story?

Kramdown changes white space, quotes, dashes, entities and the way tags are written, but no letter and no
digit of the text. So two texts are the same story when their letters and digits, and the images among
them, are the same.
"""

from __future__ import annotations

import re
from html import unescape

_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_LIQUID = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_TAG = re.compile(r"<(?!https?://)[/!a-zA-Z][^>]*>")
_IMAGE = re.compile(r"<img\b[^>]*?\bsrc\s*=\s*[\"']?([^\"'\s>]*)", re.IGNORECASE)
_LETTERS = re.compile(r"[^\W_]+")
_ORDINAL = re.compile(r"^\s*\d+\.\s", re.MULTILINE)


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
