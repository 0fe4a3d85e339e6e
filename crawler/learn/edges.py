"""What stands at the ends of what differs between posts, and is no content: forms, menus, footers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.learn.content import stripped

if TYPE_CHECKING:
    from crawler.learn.content import Span

_NAMES = rb"(select|form|nav|button|footer|aside)"
#: An element at the beginning, behind comments.
_FIRST = re.compile(rb"(?:<!--(?:[^-]|-(?!->))*+-->\s*+)*+<" + _NAMES + rb"[\s>]", re.IGNORECASE)
_LAST = re.compile(rb"</" + _NAMES + rb">$", re.IGNORECASE)
#: A rule between the content and what stands behind it.
_RULE = re.compile(rb"<hr\b[^>]{0,100}>$", re.IGNORECASE)
_TAIL = 120
#: So many elements are left out at each end.
_MOST = 5


def without_edges(page: bytes, span: Span) -> Span:
    """The place of a content without an element at one of its ends that no Markdown makes.

    >>> page = b"<select><option>de</select> <p>a</p> <hr> <footer>by</footer>"
    >>> without_edges(page, (0, len(page)))
    (28, 36)
    """
    first, last = span
    for _ in range(_MOST):
        found = _FIRST.match(page, first, last)
        end = page.find(b"</" + found[1] + b">", found.end(), last) if found else -1
        if found is None or end < 0:
            break
        first, last = stripped(page, end + len(found[1]) + len(b"</>"), last)
    for _ in range(_MOST):
        ending = _LAST.search(page, max(first, last - _TAIL), last)
        start = page.rfind(b"<" + ending[1], first, ending.start()) if ending else -1
        if start < 0:
            break
        first, last = stripped(page, first, start)
        rule = _RULE.search(page, max(first, last - _TAIL), last)
        if rule:
            first, last = stripped(page, first, rule.start())
    return first, last
