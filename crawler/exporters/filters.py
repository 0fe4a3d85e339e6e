"""Which posts are exported: the same choices for every format."""

from __future__ import annotations

import difflib
import json
from dataclasses import asdict, dataclass, field, fields
from typing import TYPE_CHECKING, Any

from crawler.archive.entry import entry_of
from crawler.archive.lines import index_lines
from crawler.errors import CannotRun
from crawler.period import Period

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable, Mapping
    from pathlib import Path

_FIDELITIES = ("exact", "rendered", "partial")
#: Names told of those that there are.
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Filter:
    """Every condition that is given must hold; of several values of one, any.

    ``categories`` and ``tags``: one of a post's, or all of them joined by blanks, as the source post writes them. ``period``:
    of publication, in the site's zone. ``sources``: the medium the text names. ``query``: stands in title or text, in any case.
    ``ids`` and ``months`` (``YYYY-MM``, of publication): these alone.
    """

    categories: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    period: Period = field(default_factory=Period)
    fidelities: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    query: str = ""
    ids: frozenset[str] | None = None
    months: frozenset[str] | None = None

    def takes(self, entry: Mapping[str, Any]) -> bool:
        """Whether an index line is wanted, as far as it tells."""
        return (
            self.period.takes(entry["date"])
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
        kept = {name: given[name] for name in given if given[name] != getattr(Filter(), name)}
        return json.dumps(
            kept, ensure_ascii=False, default=lambda value: asdict(value) if value is self.period else sorted(value)
        )

    def finds(self, title: str, text: str) -> bool:
        """Whether the query stands there."""
        return not self.query or self.query in title.casefold() or self.query in text.casefold()


def _among(wanted: frozenset[str], values: list[str]) -> bool:
    return not wanted or not wanted.isdisjoint([*values, " ".join(values)])


def add_filter_options(parser: ArgumentParser) -> None:
    """``--category``, ``--tag``, ``--since``, ``--until``, ``--fidelity``, ``--source``, ``--query``."""
    group = parser.add_argument_group(title="Which posts", description="Several values are separated by commas.")
    ends = "a month, day or time (2022-03, 2022-03-01, 2022-03-01T08:30)"
    group.add_argument("--category", metavar="A,B", help="of these categories")
    group.add_argument("--tag", metavar="A,B", help="with one of these tags")
    group.add_argument("--since", metavar="WHEN", help=f"published then or later: {ends}")
    group.add_argument("--until", metavar="WHEN", help="published then or sooner; a day or month is taken whole")
    group.add_argument("--fidelity", metavar="A,B", help="exact, rendered, partial")
    group.add_argument("--source", metavar="A,B", help="from these media, as the text names them")
    group.add_argument("--query", metavar="TEXT", help="with this in title or text")


def read_filter(opts: Namespace) -> Filter:
    """What the options say.

    :raises CannotRun: for a value that has no meaning.
    """
    fidelities = _values("--fidelity", opts.fidelity)
    for name in sorted(fidelities - set(_FIDELITIES)):
        raise CannotRun(f"--fidelity {name!r} is none of: {', '.join(_FIDELITIES)}")
    for name, text in (("--since", opts.since), ("--until", opts.until), ("--query", opts.query)):
        if text is not None and not text.strip():
            raise CannotRun(f"{name} is empty; say what is meant, or leave it out")
    return Filter(
        categories=_values("--category", opts.category),
        tags=_values("--tag", opts.tag),
        period=Period.read(opts.since or "", opts.until or ""),
        fidelities=fidelities,
        sources=_values("--source", opts.source),
        query=(opts.query or "").casefold(),
    )


def check_known(wanted: Filter, archive: Path) -> None:
    """See to it that the archive has the categories, tags and sources that a filter names.

    :raises CannotRun: for one that it has not, with those that are nearest.
    """
    conditions = {
        "categories": ("--category", "category", wanted.categories),
        "tags": ("--tag", "tag", wanted.tags),
        "source": ("--source", "source", wanted.sources),
    }
    asked = {name: about for name, about in conditions.items() if about[2]}
    found: dict[str, set[str]] = {name: set() for name in asked}
    if not asked:
        return
    for line in index_lines(archive):
        entry = entry_of(line)
        if entry is not None:
            for name, known in found.items():
                known.update(_names(entry[name]))
        if all(values <= found[name] for name, (_, _, values) in asked.items()):
            return
    for name, (option, what, values) in asked.items():
        for value in sorted(values - found[name]):
            raise CannotRun(f"{option} {value!r}: the archive has no such {what}{_nearest(value, found[name])}")


def _names(values: list[str] | str | None) -> Iterable[str]:
    """What may be asked for: each, and all of them joined."""
    return [*values, " ".join(values)] if isinstance(values, list) else [values] if values else []


def _nearest(value: str, known: set[str]) -> str:
    folded: dict[str, str] = {}
    for name in sorted(known, reverse=True):
        folded[name.casefold()] = name
    near = difflib.get_close_matches(value.casefold(), [name for name in folded if name], 3, 0.5)
    if near:
        return f"; near: {', '.join(folded[name] for name in near)}"
    some = sorted(name for name in known if name)
    return f"; it has: {', '.join(some[:_SHOWN])}{', …' if len(some) > _SHOWN else ''}" if some else "; it has none"


def _values(option: str, text: str | None) -> frozenset[str]:
    found = frozenset(value.strip() for value in (text or "").split(",") if value.strip())
    if text is not None and not found:
        raise CannotRun(f"{option} is empty; name one or more, separated by commas, or leave it out")
    return found
