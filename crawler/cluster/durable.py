"""What a worker has captured is done once it is on the disk: a thread syncs many captures at a time."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic
from typing import TYPE_CHECKING

from crawler.atomic import sync
from crawler.errors import in_words

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crawler.archive.captures import Captures

#: Seconds between two syncs while there is something else to do: each costs the processor as much as one page.
_EVERY = 0.1


class Durable:
    """Requests whose captures are written, and are not safe yet from a power cut."""

    #: Seconds between the beginnings of two syncs, and where there is nothing else to do.
    every, soon = _EVERY, 0.0

    def __init__(self, captures: Captures) -> None:
        self._captures = captures
        self._threads = ThreadPoolExecutor(1)
        self._under_way: Future[None] | None = None
        #: What is done but for being safe: what the sync under way holds, and what comes with the next one.
        self._with_this: list[bytes] = []
        self._with_next: list[bytes] = []
        self._last = monotonic()
        self._named: set[Path] = set()
        #: Why nothing of this worker is safe any more; empty as long as it is.
        self.failed = ""
        #: Called, in a thread, when a sync has ended.
        self.on_end: Callable[[], object] = lambda: None

    @property
    def waiting(self) -> list[bytes]:
        """The requests whose captures are not safe yet."""
        return self._with_this + self._with_next

    def __bool__(self) -> bool:
        return bool(self._with_this or self._with_next)

    @property
    def has_ended(self) -> bool:
        """Whether a sync has ended since the last call of :meth:`done`."""
        return self._under_way is not None and self._under_way.done()

    def done(self, captured: list[bytes], *, is_idle: bool) -> list[bytes]:
        """Those requests whose captures are safe by now.

        :param captured: the keys of requests that were captured since the last call.
        :param is_idle: whether there is nothing else to do.
        """
        self._with_next += captured
        safe = self._safe_by_now() if self.has_ended else []
        pause = self.soon if is_idle else self.every
        if self._under_way is None and self._with_next and monotonic() - self._last >= pause:
            self._begin()
        return safe

    def finish(self) -> list[bytes]:
        """Make the rest safe and wait for it; returns the requests whose captures are."""
        safe = self._safe_by_now()
        if self._with_next:
            self._begin()
            safe += self._safe_by_now()
        self._threads.shutdown()
        return safe

    def _safe_by_now(self) -> list[bytes]:
        """Wait for the sync under way."""
        under_way, self._under_way = self._under_way, None
        done, self._with_this = self._with_this, []
        error = under_way.exception() if under_way is not None else None
        if error is None and not self.failed:
            return done
        self._with_next = done + self._with_next
        self._last = monotonic()
        if error is not None:
            self._has_failed(error)
        return []

    def _begin(self) -> None:
        self._last = monotonic()
        work = self._work()
        self._with_this, self._with_next = self._with_next, []
        self._under_way = self._threads.submit(work)
        self._under_way.add_done_callback(lambda _: self.on_end())

    def _work(self) -> Callable[[], None]:
        """What makes all that is captured by now safe; a thread does it."""
        path = self._captures.open_file  # whatever else there is was synced when it was closed
        return (lambda: self._sync(path)) if path else lambda: None

    def _sync(self, path: Path) -> None:
        sync(path)
        if path not in self._named:
            sync(path.parent)
            self._named.add(path)

    def _has_failed(self, error: BaseException) -> None:
        """A disk that has refused to sync may say later that it has, although it lost what was written."""
        self.failed = f"the disk does not take its captures: {in_words(error)}"
