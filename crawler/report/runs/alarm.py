"""When a person is told that runs go wrong, or go well again. Pure: reports in, a decision out.

One page that could not be had is asked for again by the next run, five minutes later, and wakes nobody; runs that go on losing
something do, once; a layout that changed does at once.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from crawler.exit_codes import GOOD, LAYOUT_CHANGED

if TYPE_CHECKING:
    from collections.abc import Mapping


#: More runs nobody counts.
_MOST = 1 << 53


@dataclass(frozen=True, slots=True)
class Rules:
    """``after``: so many runs in a row that lost something; ``repeat``: told again if it lasts for so long."""

    after: int = 3
    repeat: timedelta = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Alarm:
    """What a run report keeps of it: ``runs`` in a row that were not good; when somebody was told of them ``last``."""

    runs: int = 0
    last: datetime | None = None
    #: Whether somebody is to be told now.
    due: bool = False

    @classmethod
    def read(cls, kept: object, now: datetime) -> Alarm:
        """What :meth:`kept` gave, out of a report that anybody may have written; what is odd in it was never said."""
        found = kept if isinstance(kept, dict) else {}
        runs, text, last = found.get("runs"), found.get("last"), None
        with suppress(ValueError):
            last = datetime.fromisoformat(text) if isinstance(text, str) else None
        if last is not None and (last.tzinfo is None) is not (now.tzinfo is None):
            last = None
        return cls(runs if isinstance(runs, int) and 0 <= runs < _MOST else 0, last)

    def told(self, now: datetime, code: int) -> Alarm:
        """The alarm after somebody was told."""
        return Alarm(self.runs, None if code == GOOD else now)

    def kept(self) -> dict[str, Any]:
        """As the run report has it."""
        return {"runs": self.runs, "last": self.last.isoformat() if self.last else None}


def decide(code: int, before: Mapping[str, Any] | None, now: datetime, rules: Rules) -> Alarm:
    """Whether a run that ended with ``code`` has to be told of, given the report of the run ``before`` it.

    >>> decide(1, None, datetime(2022, 3, 3), Rules(after=2)).due
    False
    >>> decide(1, {"exit_code": 1, "alarm": {"runs": 1, "last": None}}, datetime(2022, 3, 3), Rules(after=2)).due
    True
    """
    earlier = Alarm.read((before or {}).get("alarm"), now)
    last = earlier.last
    if code == GOOD:
        return Alarm(0, last, due=last is not None)
    runs = earlier.runs + 1
    is_new_layout = code == LAYOUT_CHANGED and (before is None or before["exit_code"] != LAYOUT_CHANGED)
    lasts = last is None or not timedelta() <= now - last < rules.repeat
    return Alarm(runs, last, due=is_new_layout or (lasts and (runs >= rules.after or code == LAYOUT_CHANGED)))
