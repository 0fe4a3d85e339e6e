"""The URLs that the last runs could not get."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from crawler.items import SITE_DEFECTS

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: The number of URLs that the page names.
_NAMED = 30
#: Longer texts are cut.
_LONGEST = 300


@dataclass(slots=True)
class Loss:
    """A URL that runs could not get: the number of runs, and the reason and time in the last of them."""

    url: str
    reason: str
    last: str
    runs: int = 0


@dataclass(slots=True)
class Losses:
    """The losses that are named, the newest first; ``others`` counts the losses of other URLs."""

    named: dict[str, Loss] = field(default_factory=dict)
    others: int = 0

    def add(self, report: Mapping[str, Any]) -> None:
        """Count the losses of a run; runs must be added from the newest to the oldest."""
        when = str(report.get("started"))[:16].replace("T", " ")
        for url, reason in _lost(report):
            if url not in self.named:
                if len(self.named) == _NAMED:
                    self.others += 1
                    continue
                self.named[url] = Loss(url, reason, when)
            self.named[url].runs += 1


def _lost(report: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for name in ("failures", "rejections"):
        found = report.get(name)
        for one in found if isinstance(found, list) else []:
            if isinstance(one, dict) and one.get("code") not in SITE_DEFECTS:
                yield str(one.get("url", "?"))[:_LONGEST], str(one.get("reason", ""))[:_LONGEST]
