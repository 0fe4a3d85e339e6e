"""Which posts are exported: the same choices for every format."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from crawler.errors import CannotRun

_FIDELITIES = ("exact", "rendered", "partial")


@dataclass(frozen=True, slots=True)
class Filter:
    """Every condition that is given must hold; of several values of one, any.

    ``categories`` and ``tags``: one of a post's, or all of them joined by blanks, as the source post writes them. ``since`` and
    ``until``: days of publication in the site's zone, both included. ``sources``: the medium the text names. ``query``:
    stands in title or text, in any case. ``ids`` and ``months`` (``YYYY-MM``, of publication): these alone.
    """

    categories: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    since: str = ""
    until: str = "9999"
    fidelities: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    query: str = ""
    ids: frozenset[str] | None = None
    months: frozenset[str] | None = None

    def takes(self, entry: Mapping[str, Any]) -> bool:
        """Whether an index line is wanted, as far as it tells."""
        return (
            self.since <= entry["date"][:10] <= self.until
            and (self.ids is None or entry["id"] in self.ids)
            and (self.months is None or entry["date"][:7] in self.months)
            and _among(self.categories, entry["categories"])
            and _among(self.tags, entry["tags"])
            and (not self.fidelities or entry["fidelity"] in self.fidelities)
            and (not self.sources or entry["source"] in self.sources)
        )

    @property
    def may_take(self) -> bool:
        """Whether any post can be wanted: not if there is nothing new, say."""
        return frozenset() not in (self.ids, self.months)

    def said(self) -> str:
        """The conditions that are given, as JSON; the order in which values were given makes no difference."""
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        kept = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in given.items()}
        return json.dumps({name: kept[name] for name in kept if given[name] != getattr(Filter(), name)}, ensure_ascii=False)

    def finds(self, title: str, text: str) -> bool:
        """Whether the query stands there."""
        return not self.query or self.query in title.casefold() or self.query in text.casefold()


def _among(wanted: frozenset[str], values: list[str]) -> bool:
    return not wanted or not wanted.isdisjoint([*values, " ".join(values)])


def add_filter_options(parser: ArgumentParser) -> None:
    """``--category``, ``--tag``, ``--since``, ``--until``, ``--fidelity``, ``--source``, ``--query``."""
    group = parser.add_argument_group(title="Which posts", description="Several values are separated by commas.")
    group.add_argument("--category", default="", metavar="A,B", help="of these categories")
    group.add_argument("--tag", default="", metavar="A,B", help="with one of these tags")
    group.add_argument("--since", default="", metavar="DAY", help="published on this day or later (YYYY-MM-DD)")
    group.add_argument("--until", default="", metavar="DAY", help="published on this day or sooner")
    group.add_argument("--fidelity", default="", metavar="A,B", help="exact, rendered, partial")
    group.add_argument("--source", default="", metavar="A,B", help="from these media, as the text names them")
    group.add_argument("--query", default="", metavar="TEXT", help="with this in title or text")


def read_filter(opts: Namespace) -> Filter:
    """What the options say.

    :raises CannotRun: for a value that has no meaning.
    """
    fidelities = _values(opts.fidelity)
    for name in sorted(fidelities - set(_FIDELITIES)):
        raise CannotRun(f"--fidelity {name!r} is none of: {', '.join(_FIDELITIES)}")
    since, until = _day("--since", opts.since), _day("--until", opts.until) or "9999"
    if since > until:
        raise CannotRun(f"--since {since} lies after --until {until}")
    return Filter(
        categories=_values(opts.category),
        tags=_values(opts.tag),
        since=since,
        until=until,
        fidelities=fidelities,
        sources=_values(opts.source),
        query=opts.query.casefold(),
    )


def _values(text: str) -> frozenset[str]:
    return frozenset(value.strip() for value in text.split(",") if value.strip())


def _day(name: str, text: str) -> str:
    try:
        return date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise CannotRun(f"{name} {text!r} is no day; write it like {name} 2022-03-01") from None
