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
    from collections.abc import Mapping
    from pathlib import Path

_FIDELITIES = ("exact", "rendered", "partial")
#: How many names an error line lists.
_SHOWN = 8


@dataclass(frozen=True, slots=True)
class Filter:
    """A post is taken if it meets every condition that is set; of several values of one condition, any will do.

    ``categories`` and ``tags`` name one of a post's, or all of them joined by blanks. ``period`` is that of publication, in the
    site's zone. ``sources`` name the medium that the text names. ``query`` is found in title or text, in upper or lower case.
    ``ids`` and ``months`` (``YYYY-MM``, of publication) take no other posts. Posts of ``without`` are never taken; they are no
    choice of a person's, and :meth:`as_json` leaves them out.
    """

    categories: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()
    period: Period = field(default_factory=Period)
    fidelities: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    query: str = ""
    ids: frozenset[str] | None = None
    months: frozenset[str] | None = None
    without: frozenset[str] = frozenset()

    def takes(self, entry: Mapping[str, Any]) -> bool:
        """Whether an index line meets all conditions but the query, which needs the text."""
        return (
            entry["id"] not in self.without
            and self.period.takes(entry["date"])
            and (self.ids is None or entry["id"] in self.ids)
            and (self.months is None or entry["date"][:7] in self.months)
            and _among(self.categories, entry["categories"])
            and _among(self.tags, entry["tags"])
            and (not self.fidelities or entry["fidelity"] in self.fidelities)
            and (not self.sources or entry["source"] in self.sources)
        )

    @property
    def may_take(self) -> bool:
        """Whether the filter can take any post; it takes none if no post has changed, for example."""
        return frozenset() not in (self.ids, self.months)

    def as_json(self) -> str:
        """The conditions that are set, as JSON. The order in which values were given makes no difference."""
        given = {field.name: getattr(self, field.name) for field in fields(self) if field.name != "without"}
        kept = {name: given[name] for name in given if given[name] != getattr(Filter(), name)}
        return json.dumps(
            kept, ensure_ascii=False, default=lambda value: asdict(value) if value is self.period else sorted(value)
        )

    def finds(self, title: str, text: str) -> bool:
        """Whether title or text has the query."""
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
    """The filter that the options ask for.

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
    """Check that the archive has the categories, tags and sources that a filter names.

    :raises CannotRun: for one that it does not have, with the most similar ones.
    """
    conditions = {
        "categories": ("--category", "category", wanted.categories),
        "tags": ("--tag", "tag", wanted.tags),
        "source": ("--source", "source", wanted.sources),
    }
    asked = {name: about for name, about in conditions.items() if about[2]}
    found: dict[str, set[str]] = {name: set() for name in asked}
    single: dict[str, set[str]] = {name: set() for name in asked}
    if not asked:
        return
    for line in index_lines(archive):
        entry = entry_of(line)
        if entry is not None:
            for name, known in found.items():
                values = entry[name] if isinstance(entry[name], list) else [entry[name]] if entry[name] else []
                single[name].update(values)
                known.update((*values, " ".join(values)))
        if all(values <= found[name] for name, (_, _, values) in asked.items()):
            return
    for name, (option, what, values) in asked.items():
        for value in sorted(values - found[name]):
            raise CannotRun(f"{option} {value!r}: the archive has no such {what}{_nearest(value, single[name])}")


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
