"""The real redis-server, and waiting for what it tells."""

from __future__ import annotations

import shutil
import subprocess
import time
from typing import TYPE_CHECKING, Any, Self

import redis

from benchmarks.nginx import free_port

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


INSTALL = "apt-get install redis-server"


def until(what: Callable[[], Any], seconds: float = 300) -> None:
    """Wait until something is so that is certain to come; a test that waits in vain fails, however slow the machine is."""
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)


class Redis:
    """One redis-server of our own, stopped by its own process. ``options``: how it keeps what it has."""

    def __init__(self, folder: Path, *options: str) -> None:
        self.port = free_port()
        self._folder, self._options = folder, options or ("--save", "", "--appendonly", "no")
        self._process: subprocess.Popen[bytes] | None = None
        self.client = redis.Redis(port=self.port)

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def start(self) -> None:
        path = shutil.which("redis-server")
        assert path is not None
        command = [path, "--port", str(self.port), "--bind", "127.0.0.1", "--dir", str(self._folder), *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
        until(self._answers)

    def _answers(self) -> bool:
        try:
            return bool(self.client.ping())
        except redis.RedisError:
            return False

    def kill(self) -> None:
        """``kill -9``."""
        assert self._process is not None
        self._process.kill()
        self._process.wait()

    def members(self, name: str, site: str = "finews") -> int:
        return int(self.client.scard(f"backfile:{site}:{name}"))

    def holder(self, names: str, site: str = "finews") -> str:
        """The first of some workers (each name is a letter) that has requests on lease.

        Which of them has any is chance; that one of them has is certain as long as a server holds an answer back.
        """
        until(lambda: any(self.members(f"leases:{name}", site) for name in names))
        return next(name for name in names if self.members(f"leases:{name}", site))

    def is_dead(self, name: str, site: str = "finews") -> None:
        """Have the lease of a worker that was killed run out soon; nobody renews it."""
        self.client.pexpire(f"backfile:{site}:alive:{name}", 200)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.client.close()
