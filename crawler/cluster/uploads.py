"""Copies a worker's capture files to where ``WORKER_CAPTURES`` says: then a request is done when the copy is there."""

from __future__ import annotations

import logging
from importlib import import_module
from typing import TYPE_CHECKING, Any

from crawler.archive.limits import is_closed
from crawler.archive.paths import WARC
from crawler.cluster.durable import Durable
from crawler.errors import CannotRun, without_password

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from crawler.archive.captures import Captures

logger = logging.getLogger(__name__)


class Uploads(Durable):
    """The copies of one worker's files, below ``address/worker/``.

    :raises CannotRun: if nothing can be written there.
    """

    #: Seconds between two copies. If a machine is lost, others capture again what it had captured in that time.
    every, soon = 30.0, 0.5

    def __init__(self, captures: Captures, address: str, worker: str) -> None:
        self._address = f"{address.rstrip('/')}/{worker}"
        try:
            self._system, self._folder = import_module("fsspec").url_to_fs(self._address)
            self._system.makedirs(self._folder, exist_ok=True)
        except (ImportError, OSError, ValueError) as error:
            why = str(error) or type(error).__name__
            raise CannotRun(
                without_password(f"WORKER_CAPTURES={address} cannot be written: {why}")
                + "; name a folder, or an address of fsspec"
            ) from None
        super().__init__(captures)
        self._copied: set[str] = set()

    def _work(self) -> Callable[[], None]:
        self._captures.close_file()
        paths = [path for path in sorted(self._captures.folder.glob(f"*{WARC}")) if is_closed(path)]
        return lambda: self._copy([path for path in paths if path.name not in self._copied])

    def _copy(self, paths: list[Path]) -> None:
        for path in paths:
            system: Any = self._system
            system.put_file(str(path), f"{self._folder}/{path.name}")
            self._copied.add(path.name)

    def _has_failed(self, error: BaseException) -> None:
        logger.warning("captures could not be copied to %s, which is tried again: %s", self._address, error)
