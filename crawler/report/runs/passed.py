"""What was passed over because it could not be read: counted, so that it can be named."""

from __future__ import annotations

from dataclasses import dataclass, field

#: Of a text that a stranger may have written, so many characters are shown.
_SHOWN = 60


@dataclass(slots=True)
class _Kind:
    number: int = 0
    first: str = ""


@dataclass(slots=True)
class Passed:
    """Counts what is passed over, by what it is and why; memory does not grow with its number."""

    _found: dict[str, dict[str, _Kind]] = field(default_factory=dict)

    def note(self, what: str, reason: str, first: str = "") -> None:
        """One more was passed over.

        :param what: the kind of thing, as a plural: ``lines of index.jsonl``.
        :param first: what names it, if anything does; only that of the first is kept.
        """
        kind = self._found.setdefault(what, {}).setdefault(reason, _Kind(first=_plain(first)))
        kind.number += 1

    @property
    def total(self) -> int:
        """How many were passed over."""
        return sum(kind.number for kinds in self._found.values() for kind in kinds.values())

    def lines(self) -> list[str]:
        """One line for each kind of thing: how many, and why.

        >>> passed = Passed()
        >>> passed.note("lines of index.jsonl", "no JSON")
        >>> passed.note("lines of index.jsonl", "'date' is missing", "NW1")
        >>> passed.lines()
        ["lines of index.jsonl passed over: 1 ('date' is missing: NW1), 1 (no JSON)"]
        """
        return [
            f"{what} passed over: " + ", ".join(_said(reason, kind) for reason, kind in sorted(kinds.items(), key=_order))
            for what, kinds in self._found.items()
        ]


def _order(pair: tuple[str, _Kind]) -> tuple[int, str]:
    return -pair[1].number, pair[0]


def _said(reason: str, kind: _Kind) -> str:
    if not kind.first:
        return f"{kind.number:,} ({reason})"
    return (
        f"{kind.number:,} ({reason}: {kind.first})" if kind.number == 1 else f"{kind.number:,} ({reason}; first: {kind.first})"
    )


def _plain(text: str) -> str:
    """Without characters that would steer a terminal."""
    short = text if len(text) <= _SHOWN else text[: _SHOWN - 3] + "..."
    return "".join(letter if letter.isprintable() else "?" for letter in short)
