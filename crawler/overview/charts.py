"""Figures drawn as SVG: as large as a phone is wide, without script, and with nothing that would have to be fetched."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date

import pygal
from lxml import etree
from pygal.style import Style

from crawler.overview.figures import Series

# It finds pygal's plug-ins, which nobody has here, in a way that Python 3.11 warns of at every import that comes after.
sys.meta_path[:] = [finder for finder in sys.meta_path if type(finder).__name__ != "PluginImportFixer"]

#: In CSS pixels: text is legible on a phone as it is, and larger where there is room.
_WIDTH, _HEIGHT = 380, 250
#: So many dates fit below.
_DATES = 6
_GREEN, _ORANGE, _RED, _BLUE, _GREY = "#4f9d69", "#e08a1e", "#b8434e", "#2f6f9f", "#9a9a9a"
_COLOURS = (_BLUE, _ORANGE, _GREEN, _RED, "#8064a2", "#7d7d7d", "#3fb0ac", "#c9b037")
#: Series that mean something good or bad have the colour of it, whatever else is drawn beside them.
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
}


def _style(shown: Sequence[str]) -> Style:
    return Style(
        colors=tuple(shown),
        background="transparent",
        plot_background="transparent",
        foreground="#444",
        foreground_strong="#222",
        foreground_subtle="#bbb",
        font_family="system-ui, sans-serif",
        label_font_size=10,
        major_label_font_size=10,
        guide_stroke_color="#e6e6e6",
        guide_stroke_dasharray="none",
        major_guide_stroke_color="#d2d2d2",
        major_guide_stroke_dasharray="none",
        opacity=".9",
        transition="0s",
    )


def bars(name: str, days: Sequence[date], series: Series) -> str:
    """Stacked bars, one a day; empty if there is nothing to show.

    :param name: another one for each chart of a page.
    """
    return _drawn(pygal.StackedBar, name, days, series, {"spacing": 2, "margin_left": 4})


def lines(name: str, days: Sequence[date], series: Series, *, logarithmic: bool = False) -> str:
    """A line for each series, broken where there is no value; empty if there is nothing to show."""
    positive = {what: [value if value and value > 0 else None for value in values] for what, values in series.items()}
    more = {"logarithmic": logarithmic, "dots_size": 2, "margin_left": 4}
    return _drawn(pygal.Line, name, days, positive if logarithmic else series, more)


def colours(series: Series) -> dict[str, str]:
    """The colour in which each series is drawn that has anything to show."""
    shown = zip((name for name, values in series.items() if any(values)), _COLOURS, strict=False)
    return {name: _MEANING.get(name, colour) for name, colour in shown}


def _drawn(
    kind: type[pygal.graph.graph.Graph], name: str, days: Sequence[date], series: Series, more: Mapping[str, object]
) -> str:
    shown = colours(series)
    if not shown:
        return ""
    chart = kind(
        width=_WIDTH,
        height=_HEIGHT,
        style=_style(list(shown.values())),
        js=(),
        show_legend=False,  # the page has one, whose lines break where they have to
        truncate_label=-1,
        show_minor_x_labels=False,
        x_labels_major_every=max(1, -(-len(days) // _DATES)),
        value_formatter=lambda value: f"{value:g}",
        **more,
    )
    chart.uuid = name  # the same page for the same figures
    chart.x_labels = [f"{day:%m-%d}" for day in days]
    for what in shown:
        chart.add(what, series[what])
    tree = chart.render_tree()
    for script in list(tree.iter("{*}script")):
        script.getparent().remove(script)
    etree.strip_tags(tree, etree.Comment)
    return str(etree.tostring(tree, encoding="unicode"))
