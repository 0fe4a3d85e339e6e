"""What is wrong with the values of a ``site.toml`` that a person edited: the first of it, and where it stands."""

from __future__ import annotations

import re
from dataclasses import fields
from datetime import datetime
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crawler.learn.learned import FIELDS, Layout, Learned
from crawler.learn.site_toml.allowed import whole
from crawler.learn.site_toml.table_faults import Wrong, of_lists, of_tables, shown
from crawler.learn.site_toml.version import FORMAT, KEY
from crawler.markup.links.address import split
from crawler.markup.selector import selector
from crawler.markup.source.sample import FrontMatterForm
from crawler.sites.addresses.permalink import Permalink

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SEVERAL = (
    "own_permalinks",
    "pages",
    "feeds",
    "sitemaps",
    "plugins",
    "shared_names",
    "category_names",
    "redirect_lists",
    "dead_links",
    "excerpts",
    "constants",
    "missing",
    "warnings",
    *FIELDS,
)
#: What stands in tables of their own.
TABLES = (
    "decorations",
    "kramdown",
    "habits",
    "near",
    "liquid",
    "labels",
    "included",
    "lines",
    "samples",
    "days",
    "assumed_days",
    "titles",
    "listed_categories",
    "listed_tags",
    "site_wide",
    "search_lists",
    "redirects",
)
#: How bodies can be given back.
_SOURCES = ("markdown", "html")
_SMART = ("yes", "no", "unknown")
_NUMBERS = ("posts",)
_TIMES = ("first_seen", "last_seen")


def of_values(values: Mapping[str, Any]) -> Wrong | None:
    """The first thing that is wrong with what TOML says; ``None`` if nothing is."""
    return next(_all(values), None)


def _all(values: Mapping[str, Any]) -> Iterator[Wrong]:
    known = [KEY, *(one.name for one in fields(Learned) if one.name != "evidence")]
    yield from _shape(values, known, "")
    layouts = values.get("layouts", [])
    if not isinstance(layouts, list) or not all(isinstance(one, dict) for one in layouts):
        yield Wrong("", "layouts", "layouts is no table; write [[layouts]] above the values of each")
        return
    for number, layout in enumerate(layouts, 1):
        yield from _shape(layout, [one.name for one in fields(Layout)], f"layouts {number}")
        is_bare = layout.get("start") == layout.get("end") == ""  # that of posts without any layout
        yield from _lacking(layout, f"layouts {number}", ("name",) if is_bare else ("name", "start", "end"))
        yield from _selectors(layout, f"layouts {number}")
    names = [one.get("name") for one in layouts]
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            yield Wrong(f"layouts {number}", "name", f"there are two layouts {name!r}; give one of them another name")
    yield from _meaning(values)
    yield from _lacking(values, "", ("name", "home"))  # last, for no line shows what is missing


def _lacking(values: Mapping[str, Any], table: str, needed: tuple[str, ...]) -> Iterator[Wrong]:
    """Keys that are missing, or have no value."""
    for key in needed:
        if not values.get(key) and not (key == "end" and values.get(key) == ""):
            yield Wrong(table, key if key in values else "", f'{key} is missing; write {key} = "..."')


def _shape(values: Mapping[str, Any], known: list[str], table: str) -> Iterator[Wrong]:
    """Keys that nobody reads, and values of another kind than is read."""
    for key, value in values.items():
        if key not in known:
            near = get_close_matches(key, known, 1)
            yield Wrong(table, key, f"nothing is called {key} here{f'; did you mean {near[0]}?' if near else '; delete it'}")
        else:
            reason = _kind(key, value)
            if reason:
                yield Wrong(table, key, reason)


def _kind(key: str, value: object) -> str:
    """What is wrong with the kind of a value, and how to write it; empty if nothing is."""
    if key in _SEVERAL:
        right = isinstance(value, list) and all(isinstance(one, str) for one in value)
        return "" if right else f'{key} is no list of texts; write {key} = ["one", "two"]'
    if key in TABLES:
        return "" if isinstance(value, dict) else f"{key} is no table; write [{key}] and its values below it"
    if key == KEY:
        return "" if whole(1).fits(value) else f"{key} = {shown(value)} is not allowed; write {key} = {FORMAT}"
    if key in _NUMBERS:
        return "" if whole(0).fits(value) else f"{key} is no number of posts; write {key} = 1"
    if key in _TIMES:
        return "" if _is_time(value) else f'{key} is no time; write {key} = "2024-05-11T08:30:00Z", or ""'
    return "" if key == "layouts" or isinstance(value, str) else f'{key} is no text; write {key} = "..."'


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and (not value or datetime.fromisoformat(value) is not None)
    except ValueError:
        return False


def _selectors(layout: Mapping[str, Any], table: str) -> Iterator[Wrong]:
    for key in FIELDS:
        for text in layout.get(key, ()):
            try:
                selector(text)
            except ValueError as error:
                yield Wrong(table, key, f"{key}: {error}")


def _meaning(values: Mapping[str, Any]) -> Iterator[Wrong]:
    """What only a reader of a value can tell."""
    home = values.get("home", "")
    parts = split(home)
    if home and (parts.scheme not in ("http", "https") or not parts.netloc or not home.endswith("/")):
        yield Wrong(
            "", "home", f"the home {home!r} is no address of a site; write it like https://example.org/ with a slash at its end"
        )
    built_for = values.get("built_for", "")
    parts = split(built_for)
    if built_for and (parts.scheme not in ("http", "https") or not parts.netloc or parts.path):
        yield Wrong("", "built_for", f"built_for = {shown(built_for)}; write scheme and host alone, like http://localhost:4000")
    try:
        Permalink(values.get("permalink", "date"))
    except (ValueError, re.error) as error:
        yield Wrong("", "permalink", f"{error}; write one of Jekyll's styles, such as pretty, or a template")
    if values.get("source", "markdown") not in _SOURCES:
        yield Wrong("", "source", f"posts cannot be given back as {values['source']!r}; write one of {', '.join(_SOURCES)}")
    for key in ("smart_titles", "raw_titles"):
        if values.get(key, "unknown") not in _SMART:
            yield Wrong("", key, f"{key} = {shown(values[key])}; write one of {', '.join(_SMART)}")
    yield from of_lists(values)
    yield from of_tables(values)
    if values.get("front_matter"):
        try:
            FrontMatterForm.of(values["front_matter"])
        except ValueError as error:
            yield Wrong("", "front_matter", f'front_matter {error}; write the beginning of a source post, or ""')
    zone = values.get("zone", "UTC")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        yield Wrong("", "zone", f"there is no time zone {zone!r}; write it like Europe/Berlin")
