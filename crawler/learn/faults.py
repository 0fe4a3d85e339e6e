"""What is wrong with the values of a ``site.toml`` that a person edited: the first of it, and where it stands."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from crawler.learn.learned import FIELDS, Layout, Learned
from crawler.markup.address import split
from crawler.markup.selector import selector
from crawler.reconstruct.habits import Habits
from crawler.reconstruct.liquid import BadRule, Rule
from crawler.reconstruct.near import ABOUT
from crawler.sites.permalink import Permalink

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SEVERAL = ("own_permalinks", "pages", "feeds", "sitemaps", "plugins", "shared_names", "constants", "missing", *FIELDS)
#: What stands in tables of their own.
TABLES = ("kramdown", "habits", "near", "liquid", "labels", "included", "lines", "samples", "days")
#: How bodies can be given back.
_SOURCES = ("markdown", "html")
_LABELS = ["label", "label"]
_NUMBERS = ("posts",)


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong, in words for a person; ``table`` (``layouts 2``) and ``key`` say where, both empty for the whole."""

    table: str
    key: str
    reason: str


def of_values(values: Mapping[str, Any]) -> Wrong | None:
    """The first thing that is wrong with what TOML says; ``None`` if nothing is."""
    return next(_all(values), None)


def _all(values: Mapping[str, Any]) -> Iterator[Wrong]:
    known = [one.name for one in fields(Learned) if one.name != "evidence"]
    yield from _shape(values, known, "", ("name", "home"))
    layouts = values.get("layouts", [])
    if not isinstance(layouts, list) or not all(isinstance(one, dict) for one in layouts):
        yield Wrong("", "layouts", "layouts is no table; write [[layouts]] above the values of each")
        return
    for number, layout in enumerate(layouts, 1):
        yield from _shape(layout, [one.name for one in fields(Layout)], f"layouts {number}", ("name", "start", "end"))
        yield from _selectors(layout, f"layouts {number}")
    names = [one.get("name") for one in layouts]
    for number, name in enumerate(names, 1):
        if name in names[: number - 1]:
            yield Wrong(f"layouts {number}", "name", f"there are two layouts {name!r}; give one of them another name")
    yield from _meaning(values)


def _shape(values: Mapping[str, Any], known: list[str], table: str, needed: tuple[str, ...]) -> Iterator[Wrong]:
    """Keys that nobody reads, those that are missing, and values of another kind than is read."""
    for key in needed:
        if not values.get(key) and not (key == "end" and values.get(key) == ""):
            yield Wrong(table, key if key in values else "", f'{key} is missing; write {key} = "..."')
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
    if key in _NUMBERS:
        return "" if type(value) is int else f"{key} is no number; write {key} = 1"
    return "" if key == "layouts" or isinstance(value, str) else f'{key} is no text; write {key} = "..."'


def _selectors(layout: Mapping[str, Any], table: str) -> Iterator[Wrong]:
    for key in FIELDS:
        for text in layout.get(key, ()):
            try:
                selector(text)
            except ValueError as error:
                yield Wrong(table, key, f"{key}: {error}")


def _habits(values: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The keys that are no habits, or have no values of such, and why."""
    known = Habits().as_mapping()
    for key, value in values.items():
        if key not in known:
            near = get_close_matches(key, known, 1)
            yield key, f"no habit is called {key}{f'; did you mean {near[0]}?' if near else '; delete it'}"
        elif type(value) is not type(known[key]):
            right = {bool: "true or false", int: "a number", str: 'a text, like "-"'}[type(known[key])]
            yield key, f"{key} = {value!r} is no habit; write {right}"


def _near(values: Mapping[str, Any]) -> Iterator[Wrong]:
    for sample, told in values.items():
        if not isinstance(told, dict):
            yield Wrong("near", sample, f'{sample} tells no habits; write {{ author = "A. Name", bullet = "-" }}')
            continue
        for _, reason in _habits({key: value for key, value in told.items() if key not in ABOUT}):
            yield Wrong("near", sample, reason)


def _liquid(values: Mapping[str, Any]) -> Iterator[Wrong]:
    for tag, gives in values.items():
        if not isinstance(gives, str):
            yield Wrong("liquid", tag, f"what {tag} gives is no text; write it between quotes")
            continue
        try:
            Rule(tag, gives).check()
        except BadRule as error:
            yield Wrong("liquid", tag, f"{tag}: {error}")


def _meaning(values: Mapping[str, Any]) -> Iterator[Wrong]:
    """What only a reader of a value can tell."""
    home = values["home"]
    parts = split(home)
    if parts.scheme not in ("http", "https") or not parts.netloc or not home.endswith("/"):
        yield Wrong(
            "", "home", f"the home {home!r} is no address of a site; write it like https://example.org/ with a slash at its end"
        )
    try:
        Permalink(values.get("permalink", "date"))
    except (ValueError, re.error) as error:
        yield Wrong("", "permalink", f"{error}; write one of Jekyll's styles, such as pretty, or a template")
    if values.get("source", "markdown") not in _SOURCES:
        yield Wrong("", "source", f"posts cannot be given back as {values['source']!r}; write one of {', '.join(_SOURCES)}")
    yield from (Wrong("habits", key, reason) for key, reason in _habits(values.get("habits", {})))
    yield from _near(values.get("near", {}))
    yield from _liquid(values.get("liquid", {}))
    for table in ("included", "lines"):
        for key, value in values.get(table, {}).items():
            if not isinstance(value, str):
                yield Wrong(table, key, f"{value!r} is no text; write it between quotes")
    for key, value in values.get("labels", {}).items():
        if not (isinstance(value, list) and len(value) == len(_LABELS) and all(isinstance(one, str) for one in value)):
            yield Wrong("labels", key, f"{key} needs two labels, that of the link and that of its address; write {_LABELS}")
    zone = values.get("zone", "UTC")
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, OSError):
        yield Wrong("", "zone", f"there is no time zone {zone!r}; write it like Europe/Berlin")
