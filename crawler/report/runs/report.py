"""What a run did: counted while it goes, summed up in its exit code."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crawler import clock
from crawler.exit_codes import GOOD, LAYOUT_CHANGED, LOSSES
from crawler.items import SITE_DEFECTS, UNREACHABLE, Rejection
from crawler.report.runs.alarm import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What a ``partial`` post lacks.
BODY = "the whole body"


@dataclass(slots=True)
class RunReport:
    """Everything a person asks after a run. ``failures`` and ``rejections`` name URL and reason."""

    started: datetime = field(default_factory=clock.now)
    #: Whether the run opened every listing.
    sweep: bool = False
    #: Answers of the network by kind of page and status, and their bytes.
    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    bytes_received: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    editions: Counter[str] = field(default_factory=Counter)
    fidelity: Counter[str] = field(default_factory=Counter)
    body_from: Counter[str] = field(default_factory=Counter)
    #: Listed posts that the archive holds already.
    known: set[str] = field(default_factory=set)
    #: Listed posts that ``limit`` leaves to the next run, in the order they were met.
    over_limit: dict[str, None] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    #: Posts that the disk did not take.
    unwritten: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    mended: list[str] = field(default_factory=list)
    #: Posts each listing shows, and the listings that the site said were unchanged.
    listings: dict[str, int] = field(default_factory=dict)
    unchanged_listings: set[str] = field(default_factory=set)
    #: Listed pages that failed before, and are left alone for now.
    waiting: set[str] = field(default_factory=set)
    #: What a sweep found and the shortcut over the home page would have missed.
    missed: list[str] = field(default_factory=list)
    #: Pages that the site links to and says it has not (404, 410).
    dead_links: list[str] = field(default_factory=list)
    #: For each new post, the seconds from its publication to its first capture.
    lateness: list[float] = field(default_factory=list)
    #: Written posts that lack something, by what; and of how many.
    lacking: Counter[str] = field(default_factory=Counter)
    examined: int = 0
    #: The pages that a run asks first, and listings without a post although a post links to them.
    entrances: set[str] = field(default_factory=set)
    bare_listings: set[str] = field(default_factory=set)
    #: Pages due to be asked for again, when the run ended.
    rechecks: dict[str, int | str | None] = field(default_factory=dict)
    #: Signs that the site's layout has changed, a line each.
    layout: list[str] = field(default_factory=list)
    #: What a person should know and is no loss, a line each.
    warnings: list[str] = field(default_factory=list)
    #: Where the archive's changes stood when the run began, as ``scrapy changes --since`` takes it.
    changes_since: str = "0"
    #: How long runs have not been good, and when somebody was told.
    alarm: Alarm = field(default_factory=Alarm)
    finish_reason: str = ""
    #: What the run was called with: arguments (``-a``) and settings of the command line; ``None`` for what may be a secret.
    arguments: dict[str, str | None] = field(default_factory=dict)
    settings: dict[str, str | None] = field(default_factory=dict)

    def count(self, what: str) -> None:
        """One more of ``what``."""
        self.counts[what] += 1

    def answered(self, kind: str, status: int, size: int) -> None:
        """The network gave an answer with a body of ``size`` bytes to a request for a page of this kind."""
        self.requests[kind, status] += 1
        self.bytes_received += size

    def listed(self, url: str, posts: int, *, unchanged: bool = False, linked: bool = True) -> None:
        """A listing was read and holds this many links to posts; ``linked``: there must be some, for one links to it."""
        self.listings[url] = posts
        if unchanged:
            self.unchanged_listings.add(url)
        if linked and not posts:
            self.bare(url)

    def bare(self, url: str) -> None:
        """A listing shows no post although one links to it: a sign that the layout may have changed."""
        self.bare_listings.add(url)

    def failed(self, url: str, reason: str) -> None:
        """``url`` could not be had in this run."""
        self.failures[url] = reason

    def could_not_write(self, url: str, error: Exception) -> None:
        """The disk did not take a post; the next run makes it of its captures."""
        self.unwritten += 1
        self.failed(url, f"could not be written: {error}; make room and run again")

    def rejected(self, rejection: Rejection) -> None:
        """A captured page gave no post."""
        self.rejections.append(rejection)

    def wrote(self, entry: dict[str, Any], *, changed: bool) -> None:
        """A post was written, new or in a new version."""
        self.counts["changed" if changed else "new"] += 1
        if not changed:
            captured, published = map(datetime.fromisoformat, (entry["first_seen"], entry["date"]))
            self.lateness.append((captured - published).total_seconds())
        if UNREACHABLE not in entry["notes"]:  # what a silent share host keeps back says nothing of the site
            self.examined += 1
            self.lacking.update(lacks(entry))
        self.editions[str(entry["edition"])] += 1
        self.fidelity[str(entry["fidelity"])] += 1
        self.body_from[str(entry["body_from"])] += 1

    @property
    def losses(self) -> int:
        """URLs and pages of which the archive lacks something that it should have."""
        return len(self.failures) + len(self.rejections) - self.broken_by_site

    @property
    def broken_by_site(self) -> int:
        """Pages that the site itself published broken: captured, named, and nobody's loss."""
        return sum(rejection.code in SITE_DEFECTS for rejection in self.rejections)

    @property
    def exit_code(self) -> int:
        """What ``scrapy crawl`` ends with."""
        if self.layout:
            return LAYOUT_CHANGED
        return LOSSES if self.losses else GOOD


def lacks(entry: Mapping[str, Any]) -> Iterator[str]:
    """What a post's index line does not tell although nearly all do."""
    if entry["fidelity"] == "partial":
        yield BODY
    if entry["share_url"] is None:
        yield "share_url"
