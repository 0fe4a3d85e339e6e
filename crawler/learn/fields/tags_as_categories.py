"""Names that layouts show as tags and that are the categories in the addresses of posts: many themes have tags for these."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.fields.shown import seen
from crawler.markup.byline import label
from crawler.sites.addresses.permalink import Permalink
from crawler.sites.stock.names import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.learn.layouts.layouts import Place
    from crawler.learn.learned import Layout

    _Both = tuple[list[str], list[str]]

#: So many posts of a layout are looked at; so many out of a hundred have to show the categories of their addresses.
_LOOKED_AT, _MOST = 40, 95
#: So many have to show several, in the order of the address: a post may well have its one category as its one tag.
_WITH_SEVERAL = 2


def with_categories(placed: Sequence[tuple[Place, Layout]], permalink: str, evidence: dict[str, str]) -> Iterator[Layout]:
    """The layouts, those with such tags with their selector as that for categories: all that have the same one."""
    rule = Permalink(permalink)
    shown: dict[str, list[_Both]] = {}
    for place, layout in placed:
        if rule.has_categories and layout.tags and not layout.categories:
            shown.setdefault(layout.tags[0], []).extend(_several(place, layout.tags[0], rule))
    for _, layout in placed:
        several = shown.get(layout.tags[0], []) if layout.tags and not layout.categories else []
        same = [names for names, in_address in several if names == in_address]
        if len(same) * 100 < _MOST * len(several) or sum(len(names) > 1 for names in same) < _WITH_SEVERAL:
            yield layout
            continue
        evidence.pop(f"layout.{layout.name}.tags", None)
        evidence[f"layout.{layout.name}.categories"] = (
            f"{len(same)} of {counted(len(several), 'post')} looked at show, as tags, the categories of their addresses"
        )
        yield replace(layout, categories=layout.tags, tags=())


def _several(place: Place, selector: str, rule: Permalink) -> Iterator[_Both]:
    """Of some posts that show any, the names, and those in the address, as addresses have them."""
    both = [one for one in zip(place.pages, place.spans, strict=True) if not one[0].is_large]
    for page, span in both[:: max(1, len(both) // _LOOKED_AT)]:
        names = [slug for name in seen(page.body, selector, span).outside if (slug := slug_of(label(name)))]
        told = rule.match(page.path)
        if names:
            yield names, list(map(slug_of, (told.categories if told else None) or ()))
