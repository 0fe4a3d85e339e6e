"""What stands at the ends of what differs between posts, and is no content: forms, menus, footers, lists of tags."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.learn.layouts.content import stripped
from crawler.markup.elements import elements
from crawler.markup.tags import ATTRIBUTE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.learn.layouts.content import Span
    from crawler.markup.elements import Element

#: Elements that no Markdown makes, and classes that layouts give to what they show of a post.
_NAMES = frozenset(("select", "form", "nav", "button", "footer", "aside"))
#: Elements that readers operate, which no author writes into a post.
_OPERATED = frozenset(("select", "form", "nav", "button"))
_WORDS = (
    "tags?|categor(?:y|ies)|meta|share|sharing|social|author|byline|related"
    "|pagination|pager|comments?|disqus|sub-?title|tagline|series"
)
_CLASSES = re.compile(rf"(?:^|[\s_-])(?:{_WORDS})(?:$|[\s_-])")
_BOXES = frozenset(("div", "ul", "p", "section", "span", "header"))
#: Start tags of these; what there is in a start tag whose class or id is one of these, however it is written.
_SURELY = re.compile(rb"<(?:select|form|nav|button|footer|aside)[\t\n\f\r />]", re.IGNORECASE)
_WITH_ATTRIBUTES = re.compile(rb"<(?:div|ul|p|section|span|header)(?=[\t\n\f\r /])", re.IGNORECASE)
_ATTRIBUTES = re.compile(rb"(?:[\t\n\f\r /]*+" + ATTRIBUTE + rb")*+")
_MENTIONED = re.compile(f"{_WORDS}|&".encode(), re.IGNORECASE)
#: A rule between the content and what stands behind it; comments before it.
_RULE = re.compile(rb"<hr\b[^>]{0,100}>$", re.IGNORECASE)
_COMMENT = re.compile(rb"<!--(?:[^-]|-(?!->))*+-->\s*+")
_TAIL = 120
_NAMED = re.compile(rb"""\s(?:class|id)\s*+=\s*+(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
#: What Liquid leaves of a line, and the indentation of a layout: kramdown writes neither before a block.
_INDENTED = re.compile(rb"\n[ \t]++\r?\n[ \t]++<")
_INDENT = re.compile(rb"\n[ \t]++\r?\n[ \t]++$")
#: Of a start tag so many bytes are looked at.
_LONGEST = 1000
#: So many elements are left out at each end.
_MOST = 5


def without_edges(page: bytes, span: Span, *, sure: bool = False) -> Span:
    """The place of a content without the elements at its ends that are a layout's.

    :param sure: only those that readers operate are left out; a footer may be the post's own.

    >>> page = b"<select><option>de</select> <p>a</p> <hr> <footer>by</footer>"
    >>> without_edges(page, (0, len(page)))
    (28, 36)
    """
    if not sure and not _may_have_edges(page, span):
        return span
    first, last = span
    inside = [one for one in elements(page, lambda tag: first <= tag.start < last) if one.end <= last]
    edges = [one for one in inside if (_is_operated(one) if sure else _is_edge(one))]
    for _ in range(_MOST):
        start = first
        while comment := _COMMENT.match(page, start, last):
            start = comment.end()
        found = next((one for one in edges if one.start == start), None)
        if found is None:
            break
        first, last = stripped(page, found.end, last)
    for _ in range(_MOST):
        found = next((one for one in edges if one.end == last and one.start >= first), None)
        found = found or (None if sure else _indented(page, inside, first, last))
        if found is None:
            break
        first, last = stripped(page, first, found.start)
        rule = _RULE.search(page, max(first, last - _TAIL), last)
        if rule:
            first, last = stripped(page, first, rule.start())
    return first, last


def _indented(page: bytes, inside: Sequence[Element], first: int, last: int) -> Element | None:
    """The element at the end of a content that a layout has indented, where it says how it looks, and no other is so."""
    found = next((one for one in inside if one.end == last and one.start >= first and "class" in one.attributes), None)
    if found is None or not _INDENT.search(page, max(first, found.start - _TAIL), found.start):
        return None
    before = page[first : found.start].rstrip()
    return None if _INDENTED.search(before) or b"\n" not in before else found


def is_named_edge(tag: bytes) -> bool:
    """Whether a start tag says, by class or id, that its element is a layout's.

    >>> is_named_edge(b'<div class="post-tags">'), is_named_edge(b'<p class="lead">'), is_named_edge(b'<div class="series">')
    (True, False, True)
    """
    values = b" ".join(two or one for one, two in _NAMED.findall(tag[:_LONGEST])).decode("utf-8", "replace").lower()
    return _CLASSES.search(values) is not None


def _may_have_edges(page: bytes, span: Span) -> bool:
    """Whether a start tag of a content is such that its element may be an edge: most contents have none, and are not read.

    >>> some = b"<p><aside>", b'<p title=">" class="Post-Tags">', b"<p class=&#116;ags>", b'<p class="k">tags</p>'
    >>> [_may_have_edges(one, (0, len(one))) for one in some]
    [True, True, True, False]
    """
    if _SURELY.search(page, *span) or _INDENTED.search(page, *span):
        return True
    left = span[1] - span[0]
    for tag in _WITH_ATTRIBUTES.finditer(page, *span):
        attributes = _ATTRIBUTES.match(page, tag.end(), span[1])
        left -= len(attributes[0]) if attributes else 0
        if attributes and (left < 0 or _MENTIONED.search(attributes[0])):  # where one is in another, it is read after all
            return True
    return False


def _is_operated(element: Element) -> bool:
    return element.name in _OPERATED or element.attributes.get("id") == "disqus_thread"


def _is_edge(element: Element) -> bool:
    named = f"{element.attributes.get('class', '')} {element.attributes.get('id', '')}".lower()
    return element.name in _NAMES or (element.name in _BOXES and _CLASSES.search(named) is not None)
