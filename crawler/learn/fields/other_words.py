"""Layouts that show other words for categories: the folders in the addresses of posts are those, and links lead to them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.counted import counted
from crawler.learn.fields.shown import value
from crawler.markup.byline import label
from crawler.markup.elements import elements
from crawler.sites.addresses.spellings import ENDING
from crawler.sites.stock.names import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.learn.layouts.content import Span
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.learned import Layout
    from crawler.learn.page import Page

#: So many posts of a layout are looked at, of which so many out of a hundred have to agree.
_TRIED, _MOST = 40, 95
#: For so many categories or more links have to show other words.
_SEVERAL = 2
_BETWEEN = re.compile(r"[/#=?&]")


def without_other_words(placed: Iterable[tuple[Place, Layout]], evidence: dict[str, str]) -> Iterator[Layout]:
    """The layouts, those without the selector for categories whose links show other words for the folders of the posts.

    A theme that has words for categories in a file of data shows these (``Web development``), and links to the list of the
    category (``/categories#web-dev``), as the address of the post has it (``/web-dev/a/``).
    """
    for place, layout in placed:
        several = (
            [one for one in zip(place.pages, place.spans, strict=True) if not one[0].is_large] if layout.categories else []
        )
        both = [(_links(page, span, layout), _folders(page.path)) for page, span in several[:: max(1, len(several) // _TRIED)]]
        told = [(links, folders) for links, folders in both if links]
        agree = sum(folders.issuperset(links) for links, folders in told)
        others = {name for links, _ in told for name, text in links.items() if slug_of(text) != name}
        if agree * 100 < _MOST * len(told) or len(others) < _SEVERAL:
            yield layout
            continue
        evidence[f"layout.{layout.name}.categories"] = (
            f"links show other words for {len(others)} folders of addresses, which count: in {counted(agree, 'post')} looked at"
        )
        yield replace(layout, categories=())


def _links(page: Page, span: Span, layout: Layout) -> dict[str, str]:
    """The texts of a page's links to categories, by the names in their addresses; none if others than links show some."""
    body = page.body
    found = [one for one in elements(body, layout.categories[0]) if not span[0] <= one.start < span[1]]
    hrefs = [one.attributes.get("href", "") for one in found]
    names = [slug_of(_BETWEEN.split(ENDING.sub("", unquote(href)))[-1]) for href in hrefs]
    return {name: label(value(body, one)) for name, one in zip(names, found, strict=True)} if all(hrefs) else {}


def _folders(path: str) -> set[str]:
    return set(map(slug_of, ENDING.sub("", path).split("/")[:-1]))
