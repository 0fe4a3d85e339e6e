"""Names that layouts show as tags and that are the categories in the addresses of posts: many themes have tags for these."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.fields.shown import seen
from crawler.markup.byline import label
from crawler.sites.permalink import Permalink
from crawler.sites.stock_names import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from crawler.learn.layouts.layouts import Place
    from crawler.learn.learned import Layout

#: So many posts of a layout are looked at; so many out of a hundred have to show the categories of their addresses.
_LOOKED_AT, _MOST = 40, 95
#: So many have to show several, in the order of the address: a post may well have its one category as its one tag.
_WITH_SEVERAL = 2


def with_categories(placed: Iterable[tuple[Place, Layout]], permalink: str, evidence: dict[str, str]) -> Iterator[Layout]:
    """The layouts, those with such tags with their selector as that for categories."""
    rule = Permalink(permalink)
    for place, layout in placed:
        several = _several(place, layout.tags[0], rule) if layout.tags and not layout.categories and rule.has_categories else []
        same = [names for names, in_address in several if names == in_address]
        with_several = sum(len(names) > 1 for names in same)
        if not same or len(same) * 100 < _MOST * len(several) or with_several < _WITH_SEVERAL:
            yield layout
            continue
        evidence.pop(f"layout.{layout.name}.tags", None)
        evidence[f"layout.{layout.name}.categories"] = (
            f"{len(same)} of {counted(len(several), 'post')} looked at show, as tags, the categories of their addresses"
        )
        yield replace(layout, categories=layout.tags, tags=())


def _several(place: Place, selector: str, rule: Permalink) -> list[tuple[list[str], list[str]]]:
    """Of some posts that show any, the names, and those in the address, as addresses have them."""
    found = []
    both = [one for one in zip(place.pages, place.spans, strict=True) if not one[0].is_large]
    for page, span in both[:: max(1, len(both) // _LOOKED_AT)]:
        names = [slug for name in seen(page.body, selector, span).outside if (slug := slug_of(label(name)))]
        told = rule.match(page.path)
        if names:
            found.append((names, list(map(slug_of, (told.categories if told else None) or ()))))
    return found
