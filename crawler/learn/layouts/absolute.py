"""Addresses in contents that layouts make whole: a page has ``https://blog.example/a.png`` where its source has ``/a.png``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.learn.layouts.content import BLANKS, content_of
from crawler.markup.links.address import split

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from crawler.learn.learned import Layout

#: Texts before addresses that a layout may look for, the narrowest first.
BEFORE = ('<img src="', 'src="', 'href="', '="')


def absolute_of(home: str, pages: Iterable[tuple[bytes, Sequence[str]]], layouts: Sequence[Layout]) -> tuple[str, int]:
    """The text before the addresses that layouts make whole, empty if they do not, and how many posts bear it out.

    :param pages: pages of posts, each with the contents that feeds have of it.
    """
    votes = dict.fromkeys(BEFORE, 0)
    against: set[str] = set()
    for body, told in pages:
        found = content_of(body, layouts) if told else None
        if found is None:
            continue
        shown = body[found[1] : found[2]].decode("utf-8", "replace")
        feeds = {_bare(content) for content in told}
        is_other = _bare(shown) not in feeds
        for before in BEFORE:
            if is_other and f"{before}{_host(home)}/" in shown and _bare(relative(shown, before, home)) in feeds:
                votes[before] += 1
            elif re.search(f"{re.escape(before)}/(?!/)", shown):
                against.add(before)  # a layout that did so would have made this whole
    best = max(BEFORE, key=lambda before: votes[before] * (before not in against))
    return (best, votes[best]) if votes[best] and best not in against else ("", 0)


def relative(html: str, before: str, home: str) -> str:
    """A content as it was before a layout made its addresses whole.

    >>> relative('<img src="https://a.b/c">', 'src="', "https://a.b/notes/")
    '<img src="/c">'
    """
    return html.replace(f"{before}{_host(home)}/", f"{before}/") if before else html


def absolute(html: str, before: str, home: str) -> str:
    """A content as such a layout shows it.

    >>> absolute('<img src="/c"><img src="//d/e">', 'src="', "https://a.b/notes/")
    '<img src="https://a.b/c"><img src="//d/e">'
    """
    return re.sub(f"({re.escape(before)})(?=/(?!/))", rf"\g<1>{_host(home)}", html) if before else html


def _host(home: str) -> str:
    parts = split(home)
    return f"{parts.scheme}://{parts.netloc}"


def _bare(html: str) -> bytes:
    return html.encode("utf-8", "replace").translate(None, BLANKS)
