"""The source files that pages name as their own, in a link to where these can be edited: those of posts lie in _posts."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from crawler.learn.page import Page

_POSTS = b"_posts/"
#: So many posts have to name their sources behind one address, for that of another file behind it to tell.
_SEVERAL = 3
#: So many posts are looked at, and so many bytes before the folder are its address.
_TRIED, _LONGEST = 40, 300
_QUOTES = b"\"'<> \t\r\n=("


def own_source(page: Page) -> str | None:
    """The day in the name of the source post that a page names as its own: the only one, or the one with its slug."""
    slug = ENDING.sub("", page.path).rpartition("/")[2]
    found = [day for day, name in page.sources if len(page.sources) == 1 or name == slug]
    return found[0] if len(found) == 1 else None


def named_elsewhere(pages: Mapping[str, Page], sources: Mapping[str, str], sure: Iterable[str]) -> set[str]:
    """The pages that name a file outside of ``_posts`` where posts name their own sources: documents of collections, pages.

    :param sources: the pages that name a source post as theirs, by their paths.
    :param sure: the paths of pages that seem to be posts.
    """
    own = sorted(path for path in sure if path in sources and path in pages)
    often = Counter(text for path in own[:: max(1, len(own) // _TRIED)] if (text := _before(pages[path].body)))
    address, count = next(iter(often.most_common(1)), (b"", 0))
    if count < _SEVERAL:
        return set()
    others = ((path, page.body) for path, page in pages.items() if path not in sources)
    return {path for path, body in others if address in body and address + _POSTS not in body}


def _before(body: bytes) -> bytes:
    """The address before the first ``_posts`` of a page: ``https://host.example/blog/edit/main/``; empty if it is none.

    >>> _before(b'<a href="https://host.example/edit/main/_posts/2024-05-11-a.md">'), _before(b"<!-- _posts/a.md -->")
    (b'https://host.example/edit/main/', b'')
    """
    end = body.find(_POSTS)
    text = body[max(0, end - _LONGEST) : end] if end > 0 else b""
    start = max(text.rfind(quote) for quote in _QUOTES) + 1
    return text[start:] if b"//" in text[start:] else b""
