"""Copies a worker's capture files to where ``WORKER_CAPTURES`` says: then a request is done when the copy is there."""

from __future__ import annotations

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from importlib import import_module
from time import monotonic
from typing import TYPE_CHECKING, Any

from crawler.archive.limits import is_closed
from crawler.archive.paths import WARC
from crawler.errors import CannotRun

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.archive.captures import Captures

logger = logging.getLogger(__name__)
#: Seconds between two copies, and where there is nothing else to do. If a machine is lost, others capture again what it had
#: captured in that time.
_EVERY, _SOON = 30.0, 0.5


class Uploads:
    """The copies of one worker's files, below ``address/worker/``.

    :raises CannotRun: if nothing can be written there.
    """

    def __init__(self, captures: Captures, address: str, worker: str) -> None:
        self._captures, self._address = captures, f"{address.rstrip('/')}/{worker}"
        try:
            self._system, self._folder = import_module("fsspec").url_to_fs(self._address)
            self._system.makedirs(self._folder, exist_ok=True)
        except (ImportError, OSError, ValueError) as error:
            why = str(error) or type(error).__name__
            raise CannotRun(
                f"WORKER_CAPTURES={address} cannot be written: {why}; name a folder, or an address of fsspec"
            ) from None
        self._threads = ThreadPoolExecutor(1)
        self._under_way: Future[None] | None = None
        self._copied: set[str] = set()
        #: What is done but for its copy: what the copy under way holds, and what comes with the next one.
        self._with_this: list[bytes] = []
        self._with_next: list[bytes] = []
        self._last = monotonic()

    @property
    def waiting(self) -> list[bytes]:
        """The requests whose captures are not copied yet."""
        return self._with_this + self._with_next

    def __bool__(self) -> bool:
        return bool(self.waiting)

    def done(self, captured: list[bytes], *, is_idle: bool) -> list[bytes]:
        """Those requests whose captures are copied by now.

        :param captured: the keys of requests that were captured since the last call.
        :param is_idle: whether there is nothing else to do.
        """
        self._with_next += captured
        copied: list[bytes] = []
        if self._under_way is not None and self._under_way.done():
            copied = self._copied_by_now()
        if self._under_way is None and self._with_next and monotonic() - self._last >= (_SOON if is_idle else _EVERY):
            self._begin()
        return copied

    def finish(self) -> list[bytes]:
        """Copy the rest and wait for it; returns the requests whose captures are copied."""
        copied = self._copied_by_now()
        if self._with_next:
            self._begin()
            copied += self._copied_by_now()
        self._threads.shutdown()
        return copied

    def _copied_by_now(self) -> list[bytes]:
        """Wait for the copy under way."""
        copy, self._under_way = self._under_way, None
        done, self._with_this = self._with_this, []
        error = copy.exception() if copy is not None else None
        if error is None:
            return done
        logger.warning("captures could not be copied to %s, which is tried again: %s", self._address, error)
        self._with_next = done + self._with_next
        self._last = monotonic()
        return []

    def _begin(self) -> None:
        self._captures.close_file()
        self._last = monotonic()
        self._with_this, self._with_next = self._with_next, []
        paths = [path for path in sorted(self._captures.folder.glob(f"*{WARC}")) if is_closed(path)]
        self._under_way = self._threads.submit(self._copy, [path for path in paths if path.name not in self._copied])

    def _copy(self, paths: list[Path]) -> None:
        for path in paths:
            system: Any = self._system
            system.put_file(str(path), f"{self._folder}/{path.name}")
            self._copied.add(path.name)
