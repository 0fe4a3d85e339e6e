"""A redis-server, a replica that can hold its answers back, and what a run of one process makes of it."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING, Any

import pytest

from tests.cluster.servers import INSTALL, Redis
from tests.cluster.workers import Crew
from tests.conftest import missing
from tests.crash.ground import content
from tests.replica.held import HeldReplica

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="session")
def redis_server() -> str:
    return shutil.which("redis-server") or missing("redis-server", INSTALL)


@pytest.fixture
def crew(tmp_path: Path, redis_server: str) -> Iterator[Crew]:
    """Workers whose Redis keeps nothing on disk."""
    with Redis(tmp_path) as redis, HeldReplica() as server:
        crew = Crew(tmp_path / "root", server, redis)
        yield crew
        server.let_go()
        for name in list(crew.workers):
            crew.kill(name)


@pytest.fixture(scope="session")
def alone(crawled: Path) -> dict[str, Any]:
    """What one process makes of the replica."""
    return content(crawled / "finews")
