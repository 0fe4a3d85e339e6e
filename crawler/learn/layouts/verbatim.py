"""Where the content that a feed has of a post stands in the post's page."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.learn.layouts.content import BLANKS
from crawler.reconstruct.end_tags import left_out, without_ends

if TYPE_CHECKING:
    from crawler.learn.layouts.content import Span

#: A shorter text may stand in a page by accident.
_LEAST = 20


def verbatim(page: bytes, content: str) -> Span | None:
    r"""The place of a content in a page: byte for byte, else but for white space, and for end tags that its
    layout leaves out; ``None`` if it is not there, or twice.

    >>> verbatim(b"<div><p>One two three.</p> <p>Four.</p></div>", "\n<p>One two\nthree.</p>\n\n<p>Four.</p>")
    (5, 39)
    >>> verbatim(b"<body><ul><li>a page without ends<li>b</ul>", "<ul><li>a page without ends</li><li>b</li></ul>")
    (6, 43)
    """
    kind = left_out(page)
    content = without_ends(content, kind) if kind else content
    told = content.strip().encode("utf-8", "replace")
    if len(told) < _LEAST:
        return None
    first = page.find(told)
    if first >= 0:
        return (first, first + len(told)) if page.find(told, first + 1) < 0 else None
    return _but_for_blanks(page, told)


def _but_for_blanks(page: bytes, told: bytes) -> Span | None:
    """The place in a page that was made smaller, which a feed often is not."""
    bare, wanted = page.translate(None, BLANKS), told.translate(None, BLANKS)
    first = bare.find(wanted)
    if first < 0 or not wanted or bare.find(wanted, first + 1) >= 0:
        return None
    start = _nth(page, first)
    return start, _nth(page, first + len(wanted) - 1) + 1


def _nth(page: bytes, number: int) -> int:
    """Where the byte stands that is the ``number``-th of those that are no white space, counted from 0."""
    low, passed, step = 0, 0, 4096
    while True:
        count = len(page[low : low + step].translate(None, BLANKS))
        if passed + count > number:
            break
        passed += count
        low += step
    for place in range(low, low + step):
        if page[place : place + 1] not in (b" ", b"\t", b"\n", b"\r", b"\f", b"\v"):
            if passed == number:
                return place
            passed += 1
    raise AssertionError("there are fewer bytes than that")
