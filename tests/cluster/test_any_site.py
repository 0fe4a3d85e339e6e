"""Workers on a site that nobody described: together they explore it, and the last one learns it."""

from __future__ import annotations

import re
import subprocess
from typing import TYPE_CHECKING, Any

from tests.cluster.servers import Redis, until
from tests.cluster.test_workers import verified
from tests.replica.crawl import settings_for, start
from tests.spiders.stranger import Crawled, Stranger

if TYPE_CHECKING:
    from pathlib import Path

_POSTS = 30


def made(archive: Path) -> dict[str, Any]:
    """The source posts."""
    return {path.name: path.read_bytes() for path in (archive / "_posts").rglob("*.*")}


def learned(archive: Path) -> str:
    """What was learned, without times, and without the digest of it all."""
    return re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z|\b[0-9a-f]{64}\b", "", (archive / "site.toml").read_text("utf-8"))


def test_workers_learn_what_one_process_learns_though_one_is_killed(tmp_path: Path, redis_server: str) -> None:
    with Redis(tmp_path) as redis, Stranger(_POSTS) as site:
        alone = Crawled(tmp_path / "alone", site)
        alone.crawl()
        asked = sorted(one.path for one in site.log if one.path != "/robots.txt")
        site.log.clear()
        site.hold_after(12)
        settings = settings_for(
            site.origins, tmp_path / "output", CLUSTER=redis.url, CLUSTER_LEASE="600", CONCURRENT_REQUESTS="4"
        )
        workers = {
            name: start(
                *("crawl", "jekyll", "-a", f"url={site.home}", "-a", "name=shore"),
                settings=settings | {"WORKER": name},
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
            )
            for name in "abc"
        }
        until(lambda: all(redis.client.exists(f"backfile:shore:alive:{name}") for name in workers))
        killed = redis.holder("bac", "shore")
        dead = workers.pop(killed)
        dead.kill()
        dead.communicate()
        redis.is_dead(killed, "shore")
        site.go_on()
        printed = {name: worker.communicate(timeout=300)[0] for name, worker in workers.items()}
        assert {worker.returncode for worker in workers.values()} == {0}, printed
        together = tmp_path / "output" / "shore"
        assert made(together) == made(alone.archive)
        assert len(made(together)) == _POSTS
        assert verified(tmp_path / "output", "shore")
        assert learned(together) == learned(alone.archive)
        found = [one.path for one in site.log if one.path != "/robots.txt"]
        assert set(found) == set(asked), "the same pages, feeds, styles and pictures"
        assert len(found) - len(asked) <= 12 + 8, "what the killed worker had answers to, not on the disk yet, or in hand"
