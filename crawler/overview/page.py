"""The page itself: one file that needs no network and runs no script."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawler.exit_codes import GOOD
from crawler.items import SITE_DEFECTS
from crawler.overview.charts import bars, colours, lines
from crawler.overview.figures import Cell, Figures, Series
from crawler.runs.status import MANY, span

#: Losses named on the page.
_NAMED = 30


@dataclass(frozen=True, slots=True)
class Chart:
    """One figure with its numbers below it; ``rows``: the day, then a value a series."""

    name: str
    title: str
    meaning: str
    svg: str
    colours: dict[str, str]
    series: list[str]
    rows: list[list[Any]]


@dataclass(frozen=True, slots=True)
class Tile:
    """One number at the top."""

    name: str
    value: str
    bad: bool = False


@dataclass(slots=True)
class Loss:
    """A URL that could not be had, in how many of the runs, and why in the last of them."""

    url: str
    reason: str
    last: str
    runs: int = 0


def page(site: str, figures: Figures, reports: Sequence[Mapping[str, Any]], late: str | None, now: datetime) -> str:
    """The HTML of the page.

    :param reports: the newest first.
    :param late: what :func:`crawler.runs.status.overdue` says.
    """
    environment = Environment(
        loader=PackageLoader("crawler.overview", "."), autoescape=True, undefined=StrictUndefined, keep_trailing_newline=True
    )
    return environment.get_template("page.html").render(
        site=site,
        figures=figures,
        now=f"{now:%Y-%m-%d %H:%M} UTC",
        tiles=_tiles(figures, reports, late, now),
        charts=_charts(figures),
        shade=_shade,
        many=int(MANY),
        losses=_losses(reports),
    )


def _tiles(figures: Figures, reports: Sequence[Mapping[str, Any]], late: str | None, now: datetime) -> list[Tile]:
    tiles = [
        Tile("posts in the archive", f"{figures.total:,}"),
        Tile("of them live", f"{figures.status['live']:,}"),
        Tile("of source posts", f"{figures.size / 1e6:,.1f} MB"),
        Tile("gaps", str(len(figures.gaps)), bad=bool(figures.gaps)),
    ]
    if not reports:
        return [*tiles, Tile("no run has ended yet", "–", bad=True)]
    last = reports[0]
    ago = (now - datetime.fromisoformat(last["started"])).total_seconds()
    bad = last["alarm"]["runs"]
    return [
        *tiles,
        Tile("since the last run" + (": overdue" if late else ""), span(ago), bad=late is not None),
        Tile("exit code of the last run", str(last["exit_code"]), bad=last["exit_code"] != GOOD),
        Tile("runs in a row not good", str(bad), bad=bad > 0),
    ]


def _charts(figures: Figures) -> list[Chart]:
    days = figures.days

    def made(name: str, title: str, meaning: str, series: Series, svg: str) -> Chart:
        rows = [[day, *values] for day, *values in zip(days, *series.values(), strict=True)]
        return Chart(name, title, meaning, svg, colours(series), list(series), rows)

    def stacked(name: str, title: str, meaning: str, series: Series) -> Chart:
        return made(name, title, meaning, series, bars(name, days, series))

    late, pauses = figures.lateness, figures.pauses
    return [
        stacked("posts", "Posts a day", "By category, on the day of publication.", figures.posts),
        made(
            "lateness",
            "Lateness, in hours",
            "From publication to the first capture, by the day of that capture.",
            late,
            lines("lateness", days, late, logarithmic=True),
        ),
        stacked(
            "answers", "Requests a day", "Answers by status; 304: the site said that nothing had changed.", figures.answers
        ),
        stacked("runs", "Runs a day", "By how they ended.", figures.runs),
        stacked("losses", "Losses a day", "Pages that a run could not get; the next run asks again.", figures.losses),
        made(
            "pauses",
            "Longest time without a run, in hours",
            "By the day on which it began.",
            pauses,
            lines("pauses", days, pauses, logarithmic=True),
        ),
        stacked("fidelity", "Fidelity", "Posts by the day of their first capture, as they stand now.", figures.fidelity),
    ]


def _shade(cell: Cell) -> str:
    if cell.usual is None or cell.usual < MANY:
        return ""
    share = cell.posts / cell.usual
    return "few" if share < 0.5 else "less" if share < 0.75 else "full"  # noqa: PLR2004 - as the page says


def _losses(reports: Iterable[Mapping[str, Any]]) -> list[Loss]:
    found: dict[str, Loss] = {}
    for report in reports:
        rejected = [one for one in report["rejections"] if one["code"] not in SITE_DEFECTS]
        for one in [*report["failures"], *rejected]:
            loss = found.setdefault(one["url"], Loss(one["url"], one["reason"], report["started"][:16].replace("T", " ")))
            loss.runs += 1
    return list(found.values())[:_NAMED]
