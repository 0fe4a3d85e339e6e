"""The report of a run: counted during the run; its exit code sums it up."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from crawler import clock
from crawler.archive.disk import then_again
from crawler.errors import in_words
from crawler.exit_codes import GOOD, LAYOUT_CHANGED, LOSSES
from crawler.items import SITE_DEFECTS, UNREACHABLE, UNREADABLE, Rejection
from crawler.report.runs.alerts import Alarm

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What a post of fidelity ``partial`` lacks.
FOOTER = "the links at its end (fidelity partial)"
#: How the line on a run begins that was stopped. It is among the failures, and no loss.
STOPPED = "stopped before its end"


@dataclass(slots=True)
class RunReport:
    """What a run did. ``failures`` and ``rejections`` name URL and reason."""

    started: datetime = field(default_factory=clock.now)
    #: Whether the run opened every listing.
    sweep: bool = False
    #: Responses of the network by kind of page and status, and their bytes.
    requests: Counter[tuple[str, int]] = field(default_factory=Counter)
    bytes_received: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    editions: Counter[str] = field(default_factory=Counter)
    fidelity: Counter[str] = field(default_factory=Counter)
    body_from: Counter[str] = field(default_factory=Counter)
    #: Listed posts that the archive has already.
    known: set[str] = field(default_factory=set)
    #: Listed posts that ``limit`` leaves to the next run, in the order in which listings showed them.
    over_limit: dict[str, None] = field(default_factory=dict)
    failures: dict[str, str] = field(default_factory=dict)
    #: The number of posts that could not be written.
    unwritten: int = 0
    rejections: list[Rejection] = field(default_factory=list)
    _rejected: set[str] = field(default_factory=set, repr=False)
    #: What an interrupted run had left incomplete and this one repaired, a line each.
    repaired: list[str] = field(default_factory=list)
    #: The number of posts that each listing shows, and the listings that the site said were unchanged.
    listings: dict[str, int] = field(default_factory=dict)
    unchanged_listings: set[str] = field(default_factory=set)
    #: Listed pages that failed before and are not due yet, with the times when they are; empty: with the next sweep.
    waiting: dict[str, str] = field(default_factory=dict)
    #: What earlier runs lost and no run had since: it will be requested again.
    still_lost: tuple[str, ...] = ()
    #: Posts that a sweep found and the shortcut over the home page would have missed.
    missed: list[str] = field(default_factory=list)
    #: Pages that the site links to but does not have (404, 410).
    dead_links: list[str] = field(default_factory=list)
    #: For each new post, the seconds from its publication to its first capture.
    lateness: list[float] = field(default_factory=list)
    #: How many written posts lack each part, and how many posts were examined for it.
    lacking: Counter[str] = field(default_factory=Counter)
    examined: int = 0
    #: The pages that a run requests first, and listings without a post although a post links to them.
    seeds: set[str] = field(default_factory=set)
    empty_listings: set[str] = field(default_factory=set)
    #: The number of pages to request again soon, as of the end of the run.
    rechecks: dict[str, int | str | None] = field(default_factory=dict)
    #: Signs that the site's layout has changed, a line each.
    layout: list[str] = field(default_factory=list)
    #: What a person should know, but is not a loss, a line each.
    warnings: list[str] = field(default_factory=list)
    #: Whether no page of a site that is not known could be had, so that nothing is kept of it.
    no_site: bool = False
    #: Whether the run learned to read pages at its end, so that its figures are no signs of another layout.
    reads_anew: bool = False
    #: What a person may do next, for the log alone.
    next_steps: tuple[str, ...] = ()
    #: The token of the archive's changes when the run began, for ``scrapy changes --since``.
    changes_since: str = "0"
    #: How many runs in a row were not good, and when an alert was sent.
    alarm: Alarm = field(default_factory=Alarm)
    finish_reason: str = ""
    #: The arguments (``-a``) and settings (``-s``) of the command line; ``None`` for a value that may be a secret.
    arguments: dict[str, str | None] = field(default_factory=dict)
    settings: dict[str, str | None] = field(default_factory=dict)

    def count(self, what: str) -> None:
        """Count one more of ``what``."""
        self.counts[what] += 1

    def answered(self, kind: str, status: int, size: int) -> None:
        """Count a response of the network, with a body of ``size`` bytes, to a request for a page of this kind."""
        self.requests[kind, status] += 1
        self.bytes_received += size

    def listed(self, url: str, posts: int, *, unchanged: bool = False, linked: bool = True) -> None:
        """Note that a listing was read and has so many links to posts; ``linked``: it should have some."""
        self.listings[url] = posts
        if unchanged:
            self.unchanged_listings.add(url)
        if linked and not posts:
            self.empty_listing(url)

    def empty_listing(self, url: str) -> None:
        """Note a listing without posts although a post links to it: the layout may have changed."""
        self.empty_listings.add(url)

    def failed(self, url: str, reason: str) -> None:
        """Note an address that this run could not get."""
        self.failures[url] = reason

    def could_not_write(self, url: str, error: Exception) -> None:
        """Note a post that could not be written; the next run makes it from its captures."""
        self.unwritten += 1
        self.failed(url, f"could not be written: {in_words(error)}; {then_again(error)}")

    def rejected(self, rejection: Rejection) -> None:
        """Note a captured page that gave no post; one that was said to give none, or to be unreadable, is no further one."""
        self.gave_post(rejection.url)
        if rejection.code == UNREADABLE and rejection.url in self.failures:
            return
        self.rejections.append(rejection)
        self._rejected.add(rejection.url)

    def gave_post(self, url: str) -> None:
        """Note that a page gave a post: what was said of it is of its capture before, of which a feed had the post made."""
        if url in self._rejected:
            self._rejected.remove(url)
            self.rejections = [one for one in self.rejections if one.url != url]

    def wrote(self, entry: dict[str, Any], *, changed: bool) -> None:
        """Count a post that was written, new or in a new version."""
        self.counts["changed" if changed else "new"] += 1
        if not changed:
            captured, published = map(datetime.fromisoformat, (entry["first_seen"], entry["date"]))
            self.lateness.append((captured - published).total_seconds())
        if UNREACHABLE not in entry["notes"]:  # an unreachable host says nothing about the site's layout
            self.examined += 1
            self.lacking.update(missing_parts(entry))
        self.editions[str(entry["edition"])] += 1
        self.fidelity[str(entry["fidelity"])] += 1
        self.body_from[str(entry["body_from"])] += 1

    def stopped(self, site: str, reason: str) -> None:
        """Note that the run was stopped before its end: what it had still to ask for is no loss, for the next run asks."""
        self.failed(site, f"{STOPPED} ({reason}); the next run goes on with it")

    @property
    def was_stopped(self) -> bool:
        """Whether the run was stopped before its end."""
        return any(reason.startswith(STOPPED) for reason in self.failures.values())

    @property
    def losses(self) -> int:
        """The number of URLs and pages of which the archive lacks something."""
        return len(self.failures) - self.was_stopped + len(self.rejections) - self.broken_by_site

    @property
    def broken_by_site(self) -> int:
        """The number of pages that the site itself published broken: they are captured and named, but are not losses."""
        return sum(rejection.code in SITE_DEFECTS for rejection in self.rejections)

    @property
    def exit_code(self) -> int:
        """The exit code of ``scrapy crawl``."""
        if self.layout:
            return LAYOUT_CHANGED
        return LOSSES if self.losses or self.was_stopped else GOOD


def missing_parts(entry: Mapping[str, Any]) -> Iterator[str]:
    """The parts that a post lacks, by its index line, although nearly all posts have them."""
    if entry["fidelity"] == "partial":
        yield FOOTER
    if entry["share_url"] is None:
        yield "share_url"
