"""Counts the invalid lines and files that were skipped, so that they can be named."""

from __future__ import annotations

from dataclasses import dataclass, field

from crawler.report.display import printable

#: The number of characters shown of a text from outside.
_SHOWN = 60


@dataclass(slots=True)
class _Kind:
    number: int = 0
    first: str = ""


@dataclass(slots=True)
class Skipped:
    """Counts skipped things by kind and reason; memory does not grow with their number."""

    _found: dict[str, dict[str, _Kind]] = field(default_factory=dict)

    def count(self, what: str, reason: str, first: str = "") -> None:
        """Count one more.

        :param what: the kind of thing, in the plural: ``lines of index.jsonl``.
        :param first: its name, if it has one; only the first name is kept.
        """
        kind = self._found.setdefault(what, {}).setdefault(reason, _Kind(first=printable(first, _SHOWN)))
        kind.number += 1

    @property
    def total(self) -> int:
        """How many were skipped."""
        return sum(kind.number for kinds in self._found.values() for kind in kinds.values())

    def lines(self) -> list[str]:
        """A line for each kind of thing: how many were skipped, and why.

        >>> skipped = Skipped()
        >>> skipped.count("lines of index.jsonl", "no JSON")
        >>> skipped.count("lines of index.jsonl", "'date' is missing", "NW1")
        >>> skipped.lines()
        ["lines of index.jsonl skipped: 1 ('date' is missing: NW1), 1 (no JSON)"]
        """
        return [
            f"{what} skipped: " + ", ".join(_in_words(reason, kind) for reason, kind in sorted(kinds.items(), key=_order))
            for what, kinds in self._found.items()
        ]


def _order(pair: tuple[str, _Kind]) -> tuple[int, str]:
    return -pair[1].number, pair[0]


def _in_words(reason: str, kind: _Kind) -> str:
    if not kind.first:
        return f"{kind.number:,} ({reason})"
    return (
        f"{kind.number:,} ({reason}: {kind.first})" if kind.number == 1 else f"{kind.number:,} ({reason}; first: {kind.first})"
    )
