"""The page as HTML: one file that needs no network and runs no script."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from crawler import __version__
from crawler.counted import size_text
from crawler.exit_codes import GOOD
from crawler.items import FIDELITIES
from crawler.report.display import duration
from crawler.report.plots.charts import WIDE, bars, colours, lines
from crawler.report.plots.coverage import coverage
from crawler.report.status.coverage import MANY

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from crawler.report.plots.buckets import Buckets
    from crawler.report.plots.figures import Figures, Series
    from crawler.report.plots.given_back import GivenBack
    from crawler.report.plots.losses import Losses
    from crawler.report.runs.summary import Summary

_GAPS = 50
#: The number of losses that are shown before a person opens the rest.
_LOST = 8


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart and its numbers; ``wide`` is the same chart drawn for a large screen."""

    name: str
    title: str
    meaning: str
    svg: str
    colours: dict[str, str]
    series: list[str]
    rows: list[list[Any]]
    wide: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """A number at the top of the page."""

    name: str
    value: str
    bad: bool = False


@dataclass(frozen=True, slots=True)
class Facts:
    """What the page says besides its figures. ``late``: a line if a run is overdue; ``problems``: what could not be read."""

    site: str
    #: The site's zone, by its IANA name.
    zone: str
    now: datetime
    last: Summary | None
    late: str | None
    losses: Losses
    problems: Sequence[str] = ()
    #: How the posts of a learned site came back; ``None`` for a declared site.
    given_back: GivenBack | None = None


def page(figures: Figures, facts: Facts) -> str:
    """The HTML of the page."""
    environment = Environment(
        loader=PackageLoader("crawler.report.plots", "."),
        autoescape=True,
        undefined=StrictUndefined,
        keep_trailing_newline=True,
    )
    covered = coverage(figures.counts, figures.buckets, figures.buckets.last.date())
    lost = list(facts.losses.named.values())
    return environment.get_template("page.html").render(
        version=__version__,
        facts=facts,
        figures=figures,
        buckets=figures.buckets,
        first=_end(figures.buckets, figures.buckets.first),
        last=_end(figures.buckets, figures.buckets.last),
        by=("in steps of " if figures.buckets.step.name[0].isdigit() else "by the ") + figures.buckets.step.name,
        now=f"{facts.now:%Y-%m-%d %H:%M} UTC",
        tiles=_tiles(figures, facts),
        charts=_charts(figures, FIDELITIES["partial"] if facts.given_back is None else facts.given_back.partial),
        covered=covered,
        labels=[covered.buckets.label(number) for number in range(len(covered.buckets.starts))],
        many=int(MANY),
        gaps=figures.gaps[:_GAPS],
        lost=[part for part in (lost[:_LOST], lost[_LOST:]) if part],
        more_gaps=max(0, len(figures.gaps) - _GAPS),
    )


def _tiles(figures: Figures, facts: Facts) -> list[Tile]:
    tiles = [
        Tile("posts in the archive", f"{figures.counts.posts:,}"),
        Tile("of them live", f"{figures.status['live']:,}"),
        Tile("of source posts", size_text(figures.counts.size)),
        Tile("gaps in this time", f"{len(figures.gaps):,}", bad=bool(figures.gaps)),
    ]
    if figures.ahead:
        tiles.append(Tile("posts dated in the future", f"{figures.ahead:,}", bad=True))
    last = facts.last
    if last is None:
        is_bare = not figures.counts.posts and facts.given_back is None  # an import may have found no posts
        return [*tiles, Tile("no run has ended yet" if is_bare else "no run: what is here was imported", "–", bad=is_bare)]
    ago = (facts.now - last.started).total_seconds()
    return [
        *tiles,
        Tile("since the last run" + (": overdue" if facts.late else ""), duration(ago), bad=facts.late is not None),
        Tile("exit code of the last run", str(last.exit_code), bad=last.exit_code != GOOD),
        Tile("runs in a row not good", f"{last.not_good:,}", bad=last.not_good > 0),
    ]


def _charts(figures: Figures, partial: str) -> list[Chart]:
    buckets, a = figures.buckets, _a(figures.buckets)

    def made(name: str, title: str, meaning: str, series: Series, svg: str) -> Chart:
        rows = [[buckets.label(number), *values] for number, values in enumerate(zip(*series.values(), strict=True))]
        return Chart(name, title, meaning, svg, colours(series), list(series), rows)

    def stacked(name: str, title: str, meaning: str, series: Series) -> Chart:
        return made(name, title, meaning, series, bars(buckets, series))

    posts, late, pauses = figures.posts, figures.lateness, figures.pauses
    return [
        replace(
            stacked("posts", f"Posts {a}", "By category, by the time of publication.", posts),
            wide=bars(buckets, posts, WIDE),
        ),
        made(
            "lateness",
            "Lateness",
            "From publication to the first capture; the figures below are hours.",
            late,
            lines(buckets, late),
        ),
        stacked("answers", f"Requests {a}", "Answers by status; 304: the site said that nothing had changed.", figures.answers),
        stacked("runs", f"Runs {a}", "By how they ended.", figures.runs),
        stacked("losses", f"Losses {a}", "Pages that a run could not get; the next run asks again.", figures.losses),
        made(
            "pauses",
            "Longest time without a run",
            "By when it began; the figures below are hours.",
            pauses,
            lines(buckets, pauses),
        ),
        stacked(
            "fidelity",
            f"Fidelity, posts {a}",
            f"By the time of their first capture. Partial: {partial}.",
            figures.fidelity,
        ),
    ]


def _end(buckets: Buckets, time: datetime) -> str:
    return time.isoformat(" ")[: 16 if buckets.step.hours else 10]


def _a(buckets: Buckets) -> str:
    name = buckets.step.name
    return f"in {name}" if name[0].isdigit() else f"an {name}" if name == "hour" else f"a {name}"
