"""The titles of pages: what the name of a site adds to them, and what Jekyll's filters change in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.learn.layouts.tokens import common_end, common_start
from crawler.markup.characters import in_text
from crawler.markup.elements import elements
from crawler.markup.shown import shown_by
from crawler.markup.titles.written import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.learn.page import Page

#: The name of a site is looked for in so many pages.
_TRIED = 40
#: So many titles out of a hundred begin with what headings show, for these to be titles: heads may spell some otherwise.
_SOME = 60
_EVENED = str.maketrans({"‘": "'", "’": "'", "“": '"', "”": '"', "–": "-", "—": "-", "\u00a0": " "})
#: The name of a site before the title of a page, or behind it.
_BEFORE = re.compile(r"^.*?(?::{1,2}| [-–—|·•»~/])\s+(?!.*(?::{1,2}| [-–—|·•»~/])\s)")
#: What stands between the title of a page and the name of the site, and that with the name before the title or behind it.
BETWEEN = " -–—|·•«»~/:"
AHEAD = re.compile(r".*(?::{1,2}| [-–—|·•»~/])\s")
BEHIND = re.compile(r"(?: [-–—|·•«»~/]|[|:])\s.*$")

_TAG = re.compile(r"<[^<>]{0,200}>")

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


def is_title(known: str, text: str, *, is_only: bool) -> bool | None:
    """Whether a text is the title of a page, or its part beside the name of a site; ``None`` where no title is known.

    :param is_only: whether no other page is looked at: then what stands last may as well be the name of the site.

    >>> [is_title("Shore: Low tide | notes", text, is_only=False) for text in ("Shore: Low tide", "notes", "tide | notes")]
    [True, True, False]
    """
    title, shown = even(plain(known)), even(plain(text))
    if not title:
        return None
    if text != text.strip():  # a block with a title in it, and with a no-break space
        return False
    if shown == title or even(_TAG.sub("", text)) == title:  # the title in a page's head is without tags
        return True
    if len(shown) <= 1:
        return False
    if title.startswith(shown) and BEHIND.fullmatch(title, len(shown)) is not None:
        return True
    return not is_only and title.endswith(shown) and AHEAD.fullmatch(title, 0, len(title) - len(shown)) is not None


def begin_titles(several: Sequence[tuple[str, str, bool]], *, elsewhere: bool = False) -> bool:
    """Whether texts are the titles that feeds tell, and where none does, what the title in the head begins with.

    A layout may say in the head who made something, behind its name.

    :param several: of each page the title that is known, a text, and whether a feed tells the title.
    :param elsewhere: whether such elements are the titles of another layout of the site, so that no feed has to tell it again.

    >>> begin_titles([("Low tide", "Low tide", True), ("High tide by Anna", "High tide", False)])
    True
    >>> begin_titles([("Low tide", "Low", True), ("High tide by Anna", "High", False)])
    False
    """
    told = [(even(plain(title)), even(plain(text)), in_feed) for title, text, in_feed in several]
    if len({text for _, text, _ in told}) < len(told) or not (elsewhere or any(in_feed for *_, in_feed in told)):
        return False
    if any(in_feed and title != text for title, text, in_feed in told):
        return False
    begin = (f"{title} ".casefold().startswith(f"{text} ".casefold()) for title, text, _ in told)
    return sum(begin) * 100 >= _SOME * len(told)


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
