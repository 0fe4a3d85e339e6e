"""The titles of pages: what the name of a site adds to them, and what Jekyll's filters change in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.learn.layouts.tokens import common_end, common_start
from crawler.markup.characters import in_text
from crawler.markup.elements import elements
from crawler.markup.shown import shown_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.learn.page import Page

#: The name of a site is looked for in so many pages.
_TRIED = 40
_EVENED = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})
#: The name of a site before the title of a page, or behind it.
_BEFORE = re.compile(r"^.*?(?::{1,2}| [-–—|·•»~/])\s+(?!.*(?::{1,2}| [-–—|·•»~/])\s)")
#: What stands between the title of a page and the name of the site.
BETWEEN = " -–—|·•«»~/:"
BEHIND = re.compile(r"(?: [-–—|·•«»~/]|[|:])\s.*$")


Affixes = tuple[str, str]


def even(text: str) -> str:
    """A title without what Jekyll's filters change in it: quotes, dashes, dots.

    >>> even("It’s — done…") == even("It's --- done...")
    True
    """
    return re.sub(r"-+", "-", " ".join(text.translate(_EVENED).replace("…", "...").split()))


def affixes_of(pages: Sequence[Page]) -> Affixes:
    """The name of the site before and behind the title of each page, where there is such a thing."""
    titles = [title_of(page) for page in pages[:: max(1, len(pages) // _TRIED)]]
    if len(set(titles)) <= 1:
        return "", ""
    start = _BEFORE.search(common_start([title.encode() for title in titles]).decode("utf-8", "ignore"))
    end = BEHIND.search(common_end([title.encode() for title in titles]).decode("utf-8", "ignore"))
    return start[0] if start else "", end[0] if end else ""


def title_of(page: Page) -> str:
    """The title that the head of a page tells."""
    return " ".join((page.meta.get("og:title") or in_text(page.title)).split())


def title_in_head(body: bytes, site_title: str) -> str:
    """The title of a page by its ``<title>``, without the name of the site; empty if that is all.

    >>> title_in_head("<title>Low tide · Shore</title>".encode(), "Shore"), title_in_head(b"<title>Shore</title>", "Shore")
    ('Low tide', '')
    """
    found = elements(body, "title")[:1]
    try:
        title = shown_by(body, found[0])[0] if found else ""
    except UnicodeDecodeError:
        return ""
    behind, before = title.removesuffix(site_title), title.removeprefix(site_title)
    if behind != title and behind[-1:] in BETWEEN:
        return behind.rstrip(BETWEEN)
    return before.lstrip(BETWEEN) if before != title and before[:1] in BETWEEN else title
