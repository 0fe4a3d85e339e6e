"""Which site an address is looked at as: several archives may be of one host, or even of one site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.utils.spider import DefaultSpider

from crawler.archive.root import root
from crawler.sites.declared import declared_names, sound

if TYPE_CHECKING:
    from scrapy import Spider
    from scrapy.spiderloader import SpiderLoaderProtocol

    from crawler.sites.site import Site


def sites_of(url: str) -> list[Site]:
    """The sites on whose hosts an address, canonical or not, lies, the likeliest first.

    That is the one with the longest home page above the address, then one that is archived, then a declared one.
    """
    there = [site for site in sound() if site.covers(site.canonical(url))]
    if len(there) < 2:  # noqa: PLR2004 - there is nothing to choose from
        return there
    declared = declared_names()
    return sorted(
        there,
        key=lambda site: (-_shared(site, url), not (root() / site.name).is_dir(), site.name not in declared, site.name),
    )


def site_of(url: str, chosen: Site | None = None) -> Site | None:
    """The site that an address belongs to: the chosen one, if it is on its hosts, else the likeliest.

    :returns: ``None`` if it is on no site.
    """
    there = sites_of(url)
    return next((site for site in there if chosen is not None and site.name == chosen.name), there[0] if there else None)


def choice(url: str) -> str | None:
    """The line that tells which of several sites an address is looked at as; ``None`` if there is no doubt."""
    there = sites_of(url)
    alike = [site.name for site in there if _shared(site, url) == _shared(there[0], url)]
    if len(alike) < 2:  # noqa: PLR2004 - there is nothing to choose from
        return None
    return f"{url} is of the sites {', '.join(alike)}: {alike[0]} is taken; --spider names another"


def spider_of(url: str, loader: SpiderLoaderProtocol) -> type[Spider]:
    """The spider of an address's site; Scrapy's own, which keeps nothing, if there is none."""
    site = site_of(url)
    try:
        return loader.load(site.name) if site else DefaultSpider
    except KeyError:  # the site has no spider of its name
        return DefaultSpider


def _shared(site: Site, url: str) -> int:
    """How much of an address is that of the site's home page; 0 if it does not lie below that."""
    return len(site.home) if site.canonical(url).startswith(site.home) else 0
