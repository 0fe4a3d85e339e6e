"""The bundled replica with a fault in some of its answers; crawled while it is tired, and once it is well again."""

from __future__ import annotations

import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.archives import reports
from tests.faults.faults import PASSING
from tests.replica.build import BUILT
from tests.replica.crawl import forks_into, settings_for
from tests.replica.server import ReplicaServer, Reply
from tests.replica.truth import Comparison, compare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.faults.faults import Fault
    from tests.replica.forks import Forks

NOW = datetime(2022, 3, 3, 15, 40, tzinfo=UTC)


class TiredServer(ReplicaServer):
    """Answers a third of all paths with a fault, ``times`` times each."""

    fault: Fault | None = None
    times: int = 1 << 30

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.spoilt: dict[tuple[str, str], int] = {}

    def reply(self, host: str, path: str) -> Reply:
        reply = super().reply(host, path)
        if self.fault is None or reply.status != 200 or path in ("/", "/robots.txt") or zlib.crc32(path.encode()) % 3:
            return reply
        count = self.spoilt[host, path] = self.spoilt.get((host, path), 0) + 1
        return self.fault(reply) if count <= self.times else reply


@dataclass(slots=True)
class Run:
    """One run: how it ended, what it said, and how what is archived now compares with the source."""

    code: int
    report: dict[str, Any]
    said: str
    compared: Comparison

    @property
    def honest(self) -> bool:
        """Whether nothing in the archive is wrong, and nothing is missing without being named."""
        return not self.compared.wrong and not self.compared.stray and (self.code != 0 or not self.compared.missing)


@dataclass(slots=True)
class Tired:
    """Runs against the server, at moments of our choosing."""

    server: TiredServer
    forks: Forks
    log: Path

    def run(self, root: Path, later: timedelta = timedelta(), **settings: str) -> Run:
        timeout = "2" if self.server.fault is PASSING["stalls"] else "60"  # a busy machine may take seconds for any answer
        given = {"LOG_LEVEL": "WARNING", "DOWNLOAD_TIMEOUT": timeout, "RETRY_TIMES": "2"} | settings
        given = settings_for(self.server.origins, root, **given)
        start = self.log.stat().st_size if self.log.exists() else 0
        arguments = ["crawl", *(f"-s{name}={value}" for name, value in given.items()), "finews"]
        code = self.forks.run(arguments, NOW + later)
        said = self.log.read_bytes()[start:].decode("utf-8", "replace")
        return Run(code, reports(root / "finews")[-1], said, compare(BUILT, root / "finews"))

    def set(self, fault: Fault | None, times: int = 1 << 30) -> None:
        self.server.fault, self.server.times = fault, times
        self.server.spoilt.clear()


@contextmanager
def tired(folder: Path) -> Iterator[Tired]:
    """Served."""
    with TiredServer(BUILT) as server, forks_into(folder / "log") as forks:
        yield Tired(server, forks, folder / "log")
