"""The article of a source post as HTML and as a tree. The HTML is a stranger's; nothing in it is run or fetched."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree, html
from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: Characters that no XML tree can have.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]")
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_NO_TEXT = ("script", "style", "template", "noscript", "iframe", "object", "head", "title")


@cache
def _markdown() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table")


def as_html(article: str, *, is_html: bool = False) -> str:
    """The HTML of an article, which is not safe to show.

    :param is_html: whether the article is HTML already; else it is Markdown (CommonMark) with HTML in it.
    """
    clean = _CONTROLS.sub("", article)
    return clean if is_html else str(_markdown().render(clean))


def tree(rendered: str) -> HtmlElement:
    """The HTML of an article as one ``div``, without comments, scripts, and what a browser hides."""
    parser = html.HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")
    found = html.fragment_fromstring(f"<div>{rendered}</div>".encode(), create_parent="div", parser=parser)
    for element in list(found.iter()):
        if element is not found and (element.tag in _NO_TEXT or _is_hidden(element)):
            element.drop_tree()
    return found


def _is_hidden(element: HtmlElement) -> bool:
    return "hidden" in element.attrib or _HIDDEN.search(element.get("style") or "") is not None


def serialised(element: HtmlElement) -> str:
    """The HTML of a tree."""
    return str(etree.tostring(element, encoding="unicode", method="html"))
