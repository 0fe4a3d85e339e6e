"""A crawl that takes long enough for a person to look at, or to stop it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.replica.crawl import scrapy, settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer


def slowly(replica: ReplicaServer, root: Path, **more: str) -> list[str]:
    """A crawl that takes long enough for a person to look at."""
    return scrapy("crawl", "finews", settings=settings_for(replica.origins, root, **{"DOWNLOAD_DELAY": "0.05"} | more))
