"""What a run did: counted while it goes, written to ``runs/`` at its end, summed up in its exit code."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import orjson

from crawler.items import SITE_DEFECTS, Rejection

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

#: Exit codes of ``scrapy crawl``.
GOOD, LOSSES, COULD_NOT_RUN, LOCKED = 0, 1, 2, 3


@dataclass(slots=True)
class RunReport:
    """Everything a person asks after a run. ``failures`` and ``rejections`` name URL and reason."""

    started: datetime = field(default_factory=lambda: datetime.now(UTC))
    #: Answers of the network by status, and their bytes.
    answers: Counter[int] = field(default_factory=Counter)
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
    listings: dict[str, int] = field(default_factory=dict)
    #: Listings that the site links to and says it has not (404, 410).
    dead_links: list[str] = field(default_factory=list)
    finish_reason: str = ""

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> RunReport:
        """The report of this crawler's run; the same object for all its components."""
        if crawler not in _REPORTS:
            _REPORTS[crawler] = cls()
        return _REPORTS[crawler]

    def count(self, what: str) -> None:
        """One more of ``what``."""
        self.counts[what] += 1

    def answered(self, status: int, size: int) -> None:
        """The network gave an answer with a body of ``size`` bytes."""
        self.answers[status] += 1
        self.bytes_received += size

    def listed(self, url: str, posts: int) -> None:
        """A listing was read and holds this many links to posts."""
        self.listings[url] = posts

    def failed(self, url: str, reason: str) -> None:
        """``url`` could not be had in this run."""
        self.failures[url] = reason

    def could_not_write(self, url: str, error: OSError) -> None:
        """The disk did not take a post; the next run makes it of its captures."""
        self.unwritten += 1
        self.failed(url, f"could not be written: {error}; make room and run again")

    def rejected(self, rejection: Rejection) -> None:
        """A captured page gave no post."""
        self.rejections.append(rejection)

    def wrote(self, entry: dict[str, object], *, changed: bool) -> None:
        """A post was written, new or in a new version."""
        self.counts["changed" if changed else "new"] += 1
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
        return LOSSES if self.losses else GOOD

    def write(self, folder: Path) -> Path:
        """Write ``runs/<start>.json``."""
        finished = datetime.now(UTC)
        report = {
            "started": self.started.isoformat(),
            "finished": finished.isoformat(),
            "finish_reason": self.finish_reason,
            "exit_code": self.exit_code,
            "answers": {
                "total": self.answers.total(),
                "bytes": self.bytes_received,
                "by_status": {str(status): number for status, number in sorted(self.answers.items())},
            },
            "posts": dict(sorted(self.counts.items())) | {"known": len(self.known), "over_limit": len(self.over_limit)},
            "fidelity": dict(sorted(self.fidelity.items())),
            "body_from": dict(sorted(self.body_from.items())),
            "editions": dict(sorted(self.editions.items())),
            "listings": {"read": len(self.listings), "empty": sorted(u for u, n in self.listings.items() if not n)},
            "dead_links": sorted(self.dead_links),
            "failures": [{"url": url, "reason": reason} for url, reason in self.failures.items()],
            "rejections": [asdict(rejection) for rejection in self.rejections],
            "mended": self.mended,
        }
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / f"{self.started:%Y%m%dT%H%M%S.%fZ}.json"
        temporary = path.with_suffix(".tmp")
        temporary.write_bytes(orjson.dumps(report, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
        temporary.replace(path)
        return path


_REPORTS: WeakKeyDictionary[Crawler, RunReport] = WeakKeyDictionary()
