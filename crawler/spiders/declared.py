"""A spider for each declared site that has none of its own: Scrapy finds the classes of this module by their names."""

from __future__ import annotations

from importlib.util import find_spec

from crawler.sites.declared import BrokenSite, declared_names, load
from crawler.spiders.archiving import ArchivingSpider


def spider_of(name: str) -> type[ArchivingSpider]:
    """The spider class of a declared site.

    :raises crawler.sites.declared.BrokenSite: if the site's module cannot be loaded.
    """
    site = load(name)
    return type(f"{type(site).__name__}Spider", (ArchivingSpider,), {"site": site, "__doc__": f"Archives {name}."})


def _spiders() -> dict[str, type[ArchivingSpider]]:
    found = {}
    for name in declared_names():
        if find_spec(f"crawler.spiders.{name}") is None:
            try:
                spider = spider_of(name)
            except BrokenSite:
                continue  # whoever asks for this site is told why; the others go on
            spider.__module__ = __name__
            found[f"{name}_spider"] = spider
    return found


globals().update(_spiders())
