"""One table of everything that was measured: a group of lines for each kind of work."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True)
class Measured:
    """One measurement: so many pages or posts took so many seconds of wall time and of processor time, and so many MB."""

    count: int
    wall: float
    cpu: float
    peak: float

    @property
    def speed(self) -> float:
        """Pages or posts a second."""
        return self.count / self.wall

    @property
    def cost(self) -> float:
        """Milliseconds of processor time for each."""
        return 1000 * self.cpu / self.count


@dataclass(slots=True)
class Group:
    """What is measured of one kind of work: the rounds of each contender, and notes: why one was not measured, for example."""

    title: str
    rounds: dict[str, list[Measured]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add(self, who: str, measured: Measured) -> None:
        """Add a round of a contender."""
        self.rounds.setdefault(who, []).append(measured)

    def ratio(self, who: str, base: str, of: Callable[[Measured], float]) -> tuple[float, float, float]:
        """A figure of one contender divided by that of another in the same round: median, least and greatest."""
        pairs = zip(self.rounds[who], self.rounds[base], strict=True)
        found = [of(mine) / of(theirs) for mine, theirs in pairs]
        return statistics.median(found), min(found), max(found)


def table(groups: Sequence[Group]) -> str:
    """The table as text: medians, and the ratios of each line to the first of its group, round by round."""
    lines = [f"{'':46}{'a second':>10}{'CPU ms':>9}{'peak MB':>9}{'speed, x':>10}{'CPU, x':>8}{'wall s':>9}"]
    for group in groups:
        lines += ["", group.title]
        for who, rounds in group.rounds.items():
            base = next(iter(group.rounds))
            speed, cost, peak, wall = (
                statistics.median(getattr(one, name) for one in rounds) for name in ("speed", "cost", "peak", "wall")
            )
            faster, dearer = (group.ratio(who, base, of)[0] for of in (_speed, _cost))
            lines.append(f"  {who:44}{speed:10,.1f}{cost:9.2f}{peak:9.0f}{faster:10.2f}{dearer:8.2f}{wall:9.2f}")
        lines += [f"  {note}" for note in group.notes]
    return "\n".join(lines)


def comparison(group: Group, who: str, base: str, what: str) -> str:
    """A line on the ratio of two contenders: of their ``speed``, or of their ``cost``."""
    middle, least, most = group.ratio(who, base, _speed if what == "speed" else _cost)
    return f"{what}, {who} / {base}: median {middle:.2f} (min {least:.2f}, max {most:.2f})"


def _speed(measured: Measured) -> float:
    return measured.speed


def _cost(measured: Measured) -> float:
    return measured.cost
