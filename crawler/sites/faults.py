"""What is wrong with the class of a declared site: found when it is loaded, so that no run stumbles over it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.markup.links.address import split
from crawler.markup.selector import selector
from crawler.sites.addresses.permalink import Permalink

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.sites.site import Site

_SELECTORS = ("content", "title", "time", "author", "categories", "tags")
_TEXTS = ("name", "home", "zone", "permalink", "listings", "extension")
_SEVERAL = (*_SELECTORS, "own_permalinks", "pages", "feeds", "sitemaps", "old_hosts", "companion_hosts", "time_formats")


@dataclass(frozen=True, slots=True)
class Fault:
    """One line for whoever wrote the class; ``attribute``: which of its attributes is wrong, empty if one is missing."""

    attribute: str
    reason: str


def fault(site: Site, name: str) -> Fault | None:
    """The first thing that is wrong with a site whose module is called ``name``; ``None`` if nothing is."""
    return next(_faults(site, name), None)


def _faults(site: Site, name: str) -> Iterator[Fault]:
    for attribute in ("name", "home"):
        if not getattr(site, attribute, ""):
            yield Fault("", f"the class has no {attribute}")
    for attribute in _TEXTS:
        if not isinstance(getattr(site, attribute), str):
            yield Fault(attribute, f"{attribute} is no text")
    yield from filter(None, (_several(attribute, getattr(site, attribute)) for attribute in _SEVERAL))
    yield from _misspelt(type(site))
    if site.name != name:
        yield Fault("name", f"the name is {site.name!r}, but the folder of the site is {name!r}; they have to be the same")
    parts = split(site.home)
    if parts.scheme not in ("http", "https") or not parts.netloc:
        yield Fault("home", f"the home {site.home!r} is no address; write it like https://example.org/")
    if not site.home.endswith("/"):
        yield Fault("home", f"the home {site.home!r} has no slash at its end")
    yield from _raised(site)


def _misspelt(declared: type[Site]) -> Iterator[Fault]:
    """Texts and tuples that a class sets and nobody reads; whoever needs some of their own gives them a ``_`` first."""
    known = [name for base in declared.__mro__[1:] for name in (*vars(base), *vars(base).get("__annotations__", ()))]
    for attribute, value in vars(declared).items():
        if attribute.startswith("_") or attribute in known or not isinstance(value, (str, tuple, list, bool, int)):
            continue
        near = get_close_matches(attribute, known, 1)
        yield Fault(attribute, f"a site has no {attribute}{f'; did you mean {near[0]}?' if near else ''}")


def _several(attribute: str, value: object) -> Fault | None:
    if isinstance(value, str):
        return Fault(attribute, f'{attribute} is one text; write {attribute} = ("{value}",)')
    if not isinstance(value, tuple) or not all(isinstance(one, str) for one in value):
        return Fault(attribute, f'{attribute} is no tuple of texts; write it like {attribute} = ("one", "two")')
    return None


def _raised(site: Site) -> Iterator[Fault]:
    """What only a reader of a value can tell."""
    try:
        Permalink(site.permalink)
    except (ValueError, re.error) as error:
        yield Fault("permalink", str(error))
    try:
        ZoneInfo(site.zone)
    except (KeyError, ValueError, OSError):
        yield Fault("zone", f"there is no time zone {site.zone!r}; write it like Europe/Berlin")
    try:
        re.compile(site.listings)
    except re.error as error:
        yield Fault("listings", f"listings is no regular expression: {error}")
    for attribute in _SELECTORS:
        for text in getattr(site, attribute):
            try:
                selector(text)
            except ValueError as error:
                yield Fault(attribute, f"{attribute}: {error}")
    try:
        _ = site.sample
    except (ValueError, OSError) as error:
        yield Fault("", str(error))
