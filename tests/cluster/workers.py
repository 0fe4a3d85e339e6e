"""Workers as a person starts them, on the bundled replica."""

from __future__ import annotations

import signal
import subprocess
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from redis import RedisError

from crawler.archive.paths import CATALOG, WORKERS
from tests.cluster.servers import Redis, until
from tests.replica.crawl import settings_for, start

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.held import HeldReplica

#: Seconds after which a worker that is not heard of is dead: more than a busy machine lets any wait. :meth:`Crew.kill` ends it.
LEASE = "600"
#: For ``CONCURRENT_REQUESTS``: so few that one worker cannot have all that is known of the site, and others have some, too.
FEW = "2"


@dataclass(slots=True)
class Crew:
    """Workers of one crawl into ``root``."""

    root: Path
    server: HeldReplica
    redis: Redis
    workers: dict[str, subprocess.Popen[str]] = field(default_factory=dict)
    printed: dict[str, str] = field(default_factory=dict)

    @property
    def archive(self) -> Path:
        return self.root / "finews"

    def start(self, *names: str, dies_at: str = "", notes: Path | None = None, **more: str) -> None:
        """Start workers, and wait until they have joined the crawl.

        :param notes: a file in which they note what they sync.
        :param dies_at: a function, as ``module:name``, at which each of them dies when it brings captures together.
        """
        arm = ("tests.cluster.dying:die_at", dies_at) if dies_at else ()
        if notes is not None:
            notes.write_text("")
            arm = ("tests.crash.power:noting", str(self.archive), str(notes))
        limits = {"CONCURRENT_REQUESTS": "8", "CONCURRENT_REQUESTS_PER_DOMAIN": "24", "LOG_LEVEL": "INFO"}
        cluster = {"CLUSTER": self.redis.url, "CLUSTER_LEASE": LEASE}
        for name in names:
            settings = settings_for(self.server.origins, self.root, **(limits | cluster | more | {"WORKER": name}))
            self.workers[name] = start(
                "crawl", "finews", settings=settings, arm=arm, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
            )
        for name in names:
            until(lambda name=name: self._is_at_work(name) or self._ended(name))

    def _is_at_work(self, name: str) -> bool:
        """Whether a worker has joined the crawl, and has locked a folder of its own: its catalog is made after that."""
        joined = self.redis.client.exists(f"backfile:finews:alive:{name}")
        return bool(joined) and any((self.archive / WORKERS).glob(f"{name}-*/{CATALOG}"))

    def _ended(self, name: str) -> bool:
        return self.workers[name].poll() is not None

    def until_asked(self, number: int) -> None:
        """Let the server answer so many requests, and wait until it holds the next ones back."""
        self.server.hold_at = number
        until(lambda: self.server.asked > number)

    def until_taken(self, *names: str) -> None:
        """Wait until workers have requests on lease, all of which is certain only if each takes but :data:`FEW` at a time."""
        until(lambda: all(self.redis.members(f"leases:{name}") for name in names))

    def kill(self, name: str) -> None:
        """``kill -9``."""
        worker = self.workers.pop(name)
        worker.kill()
        self.printed[name] = worker.communicate()[0]
        self._is_dead(name)

    def _is_dead(self, name: str) -> None:
        with suppress(RedisError):  # it may be dead, too
            self.redis.is_dead(name)

    def end(self) -> dict[str, int]:
        """Let everything be answered and wait for all workers; gives their exit codes."""
        self.server.let_go()
        codes = {}
        for name, worker in self.workers.items():
            self.printed[name] = worker.communicate(timeout=300)[0]
            codes[name] = worker.returncode
            if worker.returncode == -signal.SIGKILL:
                self._is_dead(name)
        self.workers.clear()
        return codes

    def said(self) -> str:
        return "\n".join(self.printed.values())

    def __del__(self) -> None:
        for worker in self.workers.values():
            worker.kill()
            worker.communicate()
