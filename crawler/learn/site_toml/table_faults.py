"""What is wrong in the tables and lists of a ``site.toml``: keys that nobody reads, and values that are not allowed."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from crawler.learn.site_toml.allowed import (
    DAY,
    DIGEST,
    KRAMDOWN,
    LABELS,
    NAMES,
    SEARCH_LIST,
    TEXT,
    Allowed,
    habit,
    matching,
)
from crawler.markup.decoration import BadDecoration, check
from crawler.reconstruct.habits import Habits
from crawler.reconstruct.liquid.rule import BadRule, Rule
from crawler.reconstruct.near import ABOUT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_TEXTS = ("included", "lines", "site_wide", "redirects", "titles")
_PATH = matching(r"(?!https?:/).+", "what stands behind the home page's address, like 2024/05/hello.html")
#: What the texts in lists have to be.
_FORMS = {
    **dict.fromkeys(("own_permalinks", "pages", "feeds", "sitemaps", "redirect_lists", "dead_links"), _PATH),
    "plugins": matching(r"[\w.-]+", "the name of a plugin, like jekyll-feed"),
    "shared_names": matching(r"(?:\d{4}-\d\d-\d\d)?-.+|.*/.*", "days and slugs, like 2024-05-11-hello, or paths"),
}
#: So much of a wrong value is shown.
_SHOWN = 60


@dataclass(frozen=True, slots=True)
class Wrong:
    """What is wrong, in words for a person; ``table`` (``layouts 2``) and ``key`` say where, both empty for the whole."""

    table: str
    key: str
    reason: str


def of_tables(values: Mapping[str, Any]) -> Iterator[Wrong]:
    """What is wrong in the tables: keys that nobody reads, and values that are not allowed."""
    habits = {key: habit(key, default) for key, default in Habits().as_mapping().items()}
    yield from (Wrong("kramdown", key, reason) for key, reason in _not_allowed("kramdown", values, KRAMDOWN))
    yield from (Wrong("habits", key, reason) for key, reason in _not_allowed("habits", values, habits))
    for sample, told in values.get("near", {}).items():
        if not isinstance(told, dict):
            yield Wrong("near", sample, f'{sample} tells no habits; write {{ author = "A. Name", bullet = "-" }}')
            continue
        near = {"near": {key: value for key, value in told.items() if key not in ABOUT}}
        yield from (Wrong("near", sample, reason) for _, reason in _not_allowed("near", near, habits))
    for table, every in (
        ("samples", DIGEST),
        ("days", DAY),
        ("assumed_days", DAY),
        ("labels", LABELS),
        ("listed_categories", NAMES),
        ("listed_tags", NAMES),
        ("search_lists", SEARCH_LIST),
        *((name, TEXT) for name in _TEXTS),
    ):
        for key, value in values.get(table, {}).items():
            if not every.fits(value):
                yield Wrong(table, key, f"{key} = {shown(value)} is not allowed; write {every.words}")
    yield from _of_rules(values)


def _of_rules(values: Mapping[str, Any]) -> Iterator[Wrong]:
    """What is wrong with texts that have holes."""
    for table, about in (("decorations", "what pages show of"), ("liquid", "what")):
        for one, gives in values.get(table, {}).items():
            if not isinstance(gives, str):
                verb = " gives" if table == "liquid" else ""
                yield Wrong(table, one, f"{about} {one}{verb} is no text; write it between quotes")
                continue
            try:
                check(one, gives) if table == "decorations" else Rule(one, gives).check()
            except (BadDecoration, BadRule) as error:
                yield Wrong(table, one, f"{one}: {error}")


def _not_allowed(table: str, values: Mapping[str, Any], allowed: Mapping[str, Allowed]) -> Iterator[tuple[str, str]]:
    """The keys of a table that are unknown or have values that are not allowed, and why."""
    for key, value in values.get(table, {}).items():
        if key not in allowed:
            near = get_close_matches(key, allowed, 1)
            yield key, f"[{table}] has no {key}{f'; did you mean {near[0]}?' if near else '; delete it'}"
        elif not allowed[key].fits(value):
            yield key, f"{key} = {shown(value)} is not allowed; write {allowed[key].words}"


def shown(value: object) -> str:
    """A value in a message: what a person wrote, as far as it is short."""
    text = str(value).lower() if isinstance(value, bool) else f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"


def of_lists(values: Mapping[str, Any]) -> Iterator[Wrong]:
    """What is wrong with the texts in lists."""
    for key, form in _FORMS.items():
        for one in values.get(key, ()):
            if not form.fits(one):
                yield Wrong("", key, f"{key} has {shown(one)}; write {form.words}")
