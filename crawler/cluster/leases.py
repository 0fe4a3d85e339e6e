"""What one worker has on lease, what it has done, and what of that Redis does not know yet."""

from __future__ import annotations

from collections import deque
from itertools import chain
from typing import TYPE_CHECKING

from crawler.cluster.frontier import Changes, Push
from crawler.cluster.journal import Journal

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Iterator
    from pathlib import Path

    from scrapy import Request

    from crawler.cluster.durable import Durable
    from crawler.report.runs.report import RunReport

#: A request on lease: its key, and its JSON.
Lease = tuple[bytes, bytes]


class Leases:
    """The requests of one worker.

    :param folder: that of what it writes.
    :param durable: what makes its captures safe.
    """

    def __init__(self, folder: Path, durable: Durable) -> None:
        self._journal = Journal(folder)
        self._durable = durable
        #: What is taken and not begun, and what is begun.
        self.waiting: deque[Lease] = deque()
        self._begun: dict[Request, Lease] = {}
        #: What is to be told to Redis; and what was told and not confirmed, which is told again as it was.
        self.changes, self._told = Changes(), Changes()
        #: What was done, and has to be read again because Redis lost what it led to.
        self._again: Iterator[Lease] = iter(())
        self._first: list[Push] = []
        self._failed: set[str] = set()
        self._known: set[str] = set()

    def __bool__(self) -> bool:
        """Whether anything is left to do, or to be told."""
        return bool(self.waiting or self._begun or self.changes or self._told or self._durable)

    def finish(self) -> None:
        """Make the rest of the captures safe, so that what is done can be told for the last time."""
        self.changes.done += self._durable.finish()

    def close(self) -> None:
        """Close the journal."""
        self._journal.close()

    @property
    def failed(self) -> str:
        """Why nothing that is captured is safe; empty if it is."""
        return self._durable.failed

    # What there is to do

    def add(self, push: Push, *, is_first: bool) -> None:
        """Have a request put into the frontier. ``is_first``: a crawl begins with it."""
        if is_first:
            self._first.append(push)
        self.changes.new.append(push)

    def begin(self, request: Request, lease: Lease) -> None:
        """Note that a request is made now."""
        self._begun[request] = lease

    def next_again(self) -> Lease | None:
        """The next request that was done before, and has to be read again."""
        return next(self._again, None)

    # What Redis is told

    def call_at_end(self, of_sync: Callable[[], object]) -> None:
        """Have a function called, in a thread, whenever more captures are safe."""
        self._durable.on_end = of_sync

    def is_through(self, in_progress: Container[Request]) -> bool:
        """Whether all that this worker had has ended, and Redis is not told yet: others may wait for nothing else."""
        return self._durable.has_ended or (bool(self._begun) and not any(request in in_progress for request in self._begun))

    def has_news(self, in_progress: Container[Request]) -> bool:
        """Whether there is something that Redis should know soon, since others may wait for it."""
        return bool(self.changes) or self._durable.has_ended or any(request not in in_progress for request in self._begun)

    def collect(self, in_progress: Container[Request], report: RunReport) -> None:
        """Add to the changes which requests are done, what failed, and which known posts were seen, by now."""
        done = [request for request in self._begun if request not in in_progress]
        keys = [self._begun[request][0] for request in done]
        self.changes.done += self._durable.done(keys, is_idle=not self.waiting and len(done) == len(self._begun))
        self._journal.note(self._begun.pop(request) for request in done)
        if len(report.failures) > len(self._failed):
            failed = {url: why for url, why in report.failures.items() if url not in self._failed}
            self._failed.update(failed)
            self.changes.failures.update(failed)
        if not self.waiting and len(report.known) > len(self._known):  # comparing them takes time
            known = report.known - self._known
            self._known |= known
            self.changes.known.extend(known)

    def to_tell(self) -> Changes:
        """The changes to tell now: those that were told before and not confirmed, or all."""
        if not self._told:
            self._told, self.changes = self.changes, Changes()
        return self._told

    def confirmed(self, taken: Iterable[Lease]) -> None:
        """Note that Redis has the changes, and gave these requests."""
        self._told = Changes()
        self.waiting.extend(taken)

    def held(self) -> list[bytes]:
        """The keys of all that is on lease."""
        return [*self._durable.waiting, *(key for key, _ in chain(self.waiting, self._begun.values()))]

    # When Redis lost the frontier

    def everything(self) -> Iterator[Lease]:
        """All that this worker has done or has on lease."""
        return chain(self._journal.read(), self.waiting, self._begun.values())

    def begin_again(self) -> None:
        """Read again what was done, and put into the frontier what the crawl began with, and what was not told yet."""
        new = [*self._first, *self._told.new, *self.changes.new]
        self._told, self.changes = Changes(), Changes(new=new)
        self._failed.clear()
        self._known.clear()
        self._again = self._journal.read()
        self._journal.begin_again()
