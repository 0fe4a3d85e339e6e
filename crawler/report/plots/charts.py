"""Draws charts as SVG: one path a series, text of the page's size, no script, and nothing to be loaded."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from crawler.report.display import duration
from crawler.report.plots.axis import counts, dates, lengths, short, width_of

if TYPE_CHECKING:
    from crawler.report.plots.buckets import Buckets
    from crawler.report.plots.figures import Series

#: Sizes in CSS pixels: for a phone, and for a large screen.
NARROW, WIDE = (370, 210), (1150, 240)
_SIZE = 11
_TOP, _BOTTOM, _RIGHT = 10, 22, 6
_HOUR = 3600
#: Lines have dots if there are no more buckets than this; a value without neighbours has one always.
_DOTTED = 45
_GREEN, _ORANGE, _RED, _BLUE, _GREY = "#2e8b57", "#e69f00", "#c0392b", "#2b6cb0", "#a3a9b1"
_COLOURS = (_BLUE, _ORANGE, _GREEN, "#b05aa0", "#56b4e9", "#8c6d31", "#d55e00", _GREY)
#: Series that mean something good or bad have the same colour in all charts.
_MEANING = {
    "304": _GREY,
    "200": _GREEN,
    "redirects": _BLUE,
    "4xx": _ORANGE,
    "5xx": _RED,
    "good": _GREEN,
    "with losses": _ORANGE,
    "layout changed": _RED,
    "losses": _RED,
    "exact": _GREEN,
    "rendered": _BLUE,
    "partial": _RED,
    "others": "#5f6670",
}
Values = Sequence[float | None]
Ticks = list[tuple[float, str]]


@dataclass(frozen=True, slots=True)
class _Plot:
    """The rectangle of a chart; ``of`` gives the vertical position of a value."""

    buckets: Buckets
    left: float
    right: float
    bottom: float
    width: int
    height: int
    of: Callable[[float], float]

    @property
    def slot(self) -> float:
        """The width of a bucket."""
        return (self.right - self.left) / len(self.buckets.starts)


def bars(buckets: Buckets, series: Series, size: tuple[int, int] = NARROW) -> str:
    """Stacked bars, one for each bucket; an empty text if there is nothing to show."""
    shown = colours(series)
    if not shown:
        return ""
    sums = [sum(value or 0 for value in values) for values in zip(*series.values(), strict=True)]
    ticks = counts(max(sums))
    plot = _plot(buckets, ticks, size, lambda value: value / ticks[-1][0])
    below = [0.0] * len(sums)
    parts = []
    for name, colour in shown.items():
        parts.append(f'<path class="bar" fill="{colour}" d="{"".join(_rectangles(plot, series[name], below))}"/>')
        below = [under + (value or 0) for under, value in zip(below, series[name], strict=True)]
    return _drawn(plot, ticks, parts, series, short)


def lines(buckets: Buckets, series: Series, size: tuple[int, int] = NARROW) -> str:
    """Durations in hours: a line for each series on a logarithmic axis, interrupted where there is no value."""
    shown = colours(series)
    found = [value for values in series.values() for value in values if value is not None and value > 0]
    if not found:
        return ""
    ticks = lengths(min(found), max(found))
    low, high = math.log(ticks[0][0]), math.log(ticks[-1][0])
    plot = _plot(buckets, ticks, size, lambda value: (min(max(math.log(value), low), high) - low) / (high - low))
    parts = []
    for name, colour in shown.items():
        path = "".join(_line(plot, series[name]))
        parts.append(f'<path class="line" stroke="{colour}" d="{path}"/>')
        dots = "".join(_dots(plot, series[name]))
        parts.append(f'<path class="dot" stroke="{colour}" d="{dots}"/>' if dots else "")
    return _drawn(plot, ticks, parts, series, lambda hours: duration(hours * _HOUR))


def colours(series: Series) -> dict[str, str]:
    """The colour of each series that has any value."""
    shown = zip((name for name, values in series.items() if any(values)), _COLOURS, strict=False)
    return {name: _MEANING.get(name, colour) for name, colour in shown}


def _plot(buckets: Buckets, ticks: Ticks, size: tuple[int, int], share: Callable[[float], float]) -> _Plot:
    left = max(width_of(text, _SIZE) for _, text in ticks) + 6
    top, bottom = _TOP, size[1] - _BOTTOM
    return _Plot(buckets, left, size[0] - _RIGHT, bottom, *size, lambda value: bottom - share(value) * (bottom - top))


def _rectangles(plot: _Plot, values: Values, below: Sequence[float]) -> Iterator[str]:
    slot = plot.slot
    width = min(slot * (0.8 if slot > 6 else 0.9), 60)  # noqa: PLR2004 - thin bars stand closer
    for number, (value, under) in enumerate(zip(values, below, strict=True)):
        if value:
            x, y = plot.left + slot * number + (slot - width) / 2, plot.of(under + value)
            yield f"M{x:.1f} {y:.1f}h{width:.1f}V{plot.of(under):.1f}h-{width:.1f}z"


def _points(plot: _Plot, values: Values) -> Iterator[tuple[float, float] | None]:
    slot = plot.slot
    for number, value in enumerate(values):
        yield (plot.left + slot * (number + 0.5), plot.of(value)) if value is not None and value > 0 else None


def _line(plot: _Plot, values: Values) -> Iterator[str]:
    going = False
    for point in _points(plot, values):
        if point is not None:
            yield f"{'L' if going else 'M'}{point[0]:.1f} {point[1]:.1f}" + ("" if going else "h0")
        going = point is not None


def _dots(plot: _Plot, values: Values) -> Iterator[str]:
    points = [None, *_points(plot, values), None]
    for before, point, after in zip(points, points[1:], points[2:], strict=False):
        if point is not None and (len(values) <= _DOTTED or (before is None and after is None)):
            yield f"M{point[0]:.1f} {point[1]:.1f}h0"


def _drawn(plot: _Plot, ticks: Ticks, parts: Sequence[str], series: Series, text_of: Callable[[float], str]) -> str:
    return "".join(
        (
            f'<svg viewBox="0 0 {plot.width} {plot.height}" font-size="{_SIZE}">',
            *_axes(plot, ticks),
            *parts,
            *_hints(plot, series, text_of),
            "</svg>",
        )
    )


def _axes(plot: _Plot, ticks: Ticks) -> Iterator[str]:
    grid = "".join(f"M{plot.left:.1f} {plot.of(value):.1f}H{plot.right:.1f}" for value, _ in ticks[1:])
    yield f'<path class="grid" d="{grid}"/><path class="base" d="M{plot.left:.1f} {plot.bottom}H{plot.right:.1f}"/>'
    for value, text in ticks:
        yield f'<text class="value" x="{plot.left - 5:.1f}" y="{plot.of(value) + 4:.1f}">{text}</text>'
    for label in dates(plot.buckets, plot.left, plot.right, _SIZE):
        yield f'<text class="date" x="{label.at:.1f}" y="{plot.height - 6}">{label.text}</text>'


def _hints(plot: _Plot, series: Series, text_of: Callable[[float], str]) -> Iterator[str]:
    """The texts that a mouse shows over each bucket."""
    slot = plot.slot
    for number in range(len(plot.buckets.starts)):
        values = [(name, values[number]) for name, values in series.items() if values[number]]
        if values:
            text = ", ".join(f"{name} {text_of(value)}" for name, value in values if value)
            yield (
                f'<rect class="hint" x="{plot.left + slot * number:.1f}" y="{_TOP}" width="{slot:.1f}"'
                f' height="{plot.bottom - _TOP}"><title>{escape(f"{plot.buckets.label(number)}: {text}")}</title></rect>'
            )
