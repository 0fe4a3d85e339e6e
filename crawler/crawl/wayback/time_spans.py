"""Spans of time, as CDX servers take them: two time stamps of 14 digits, both included."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

_FORM = "%Y%m%d%H%M%S"


@dataclass(frozen=True, slots=True)
class Span:
    """From one time stamp to another; an empty one leaves its end open."""

    first: str = ""
    last: str = ""

    @property
    def fields(self) -> dict[str, str]:
        """The fields of a query; whole days have eight digits."""
        first, last = self.first.removesuffix("000000"), self.last.removesuffix("235959")
        return {name: value for name, value in (("from", first), ("to", last)) if value}

    def __contains__(self, timestamp: str) -> bool:
        return self.first <= timestamp and (not self.last or timestamp <= self.last)

    def holds(self, timestamps: list[str]) -> bool:
        """Whether all these are in it."""
        return all(timestamp in self for timestamp in timestamps)

    def is_passed_by(self, timestamps: list[str]) -> bool:
        """Whether a list in order of time does not begin before the span, and goes on behind it: it has all of it."""
        return timestamps == sorted(timestamps) and timestamps[0] >= self.first and timestamps[-1] > self.last > ""


def split(span: Span, timestamps: list[str]) -> tuple[list[Span], str]:
    """Two parts of a span, each with some of the captures of which these are the time stamps.

    If all are of one second, the parts are what is before and behind it, and that second is returned as well.

    >>> split(Span(), ["20220301120000", "20220302000000"])[0]
    [Span(first='', last='20220301235959'), Span(first='20220302000000', last='')]
    """
    inside = sorted(timestamp for timestamp in timestamps if timestamp in span)
    if not inside:
        return [], ""
    if inside[0] == inside[-1]:
        second = inside[0]
        parts = [Span(span.first, _moved(second, -1)), Span(_moved(second, 1), span.last)]
        return [part for part in parts if second not in part and (part.first <= part.last or not part.last)], second
    middle = inside[len(inside) // 2]
    if middle == inside[0]:
        middle = next(timestamp for timestamp in inside if timestamp > middle)
    return [Span(span.first, _moved(middle, -1)), Span(middle, span.last)], ""


def _moved(timestamp: str, seconds: int) -> str:
    """The time stamp so many seconds later; of one that is no time, such as a 31st of June, the number next to it."""
    try:
        time = datetime.strptime(timestamp, _FORM).replace(tzinfo=UTC) + timedelta(seconds=seconds)
        return time.strftime(_FORM).zfill(14)
    except (ValueError, OverflowError):
        return str(min(max(int(timestamp) + seconds, 0), 10**14 - 1)).zfill(14)
