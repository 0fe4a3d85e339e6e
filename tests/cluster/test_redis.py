"""Redis is killed in the middle of a crawl: the same crawl ends with nothing missing, whatever Redis remembers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest

from tests.archives import index, report
from tests.cluster.servers import Redis, until
from tests.cluster.test_killed import same, whole
from tests.cluster.workers import FEW, Crew
from tests.replica.crawl import crawl, run, settings_for
from tests.replica.held import HeldReplica

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KEEPS = {
    "nothing": ("--save", "", "--appendonly", "no"),
    "all": ("--save", "", "--appendonly", "yes"),
    "a snapshot": ("--save", "", "--appendonly", "no", "--dbfilename", "dump.rdb"),
}


@pytest.fixture
def keeping(request: pytest.FixtureRequest, tmp_path: Path, redis_server: str) -> Iterator[Crew]:
    """Workers whose Redis keeps on disk what the parameter says."""
    with Redis(tmp_path, *_KEEPS[request.param]) as redis, HeldReplica() as server:
        crew = Crew(tmp_path / "root", server, redis)
        yield crew
        server.let_go()
        for name in list(crew.workers):
            crew.kill(name)


@pytest.mark.parametrize("keeping", ["nothing", "all"], indirect=True)
@pytest.mark.parametrize("asked", [1, 40, 120, 180])  # of 203, or more: each worker asks each host for its robots.txt
def test_redis_is_killed_and_started_again(keeping: Crew, alone: dict[str, Any], asked: int) -> None:
    keeping.start("a", "b", "c")
    keeping.until_asked(asked)
    keeping.redis.kill()
    keeping.redis.start()
    codes = keeping.end()
    assert codes == {"a": 0, "b": 0, "c": 0}, keeping.said()
    assert whole(keeping, alone)


@pytest.mark.parametrize("keeping", ["a snapshot"], indirect=True)
def test_redis_comes_back_with_what_it_was_before(keeping: Crew, alone: dict[str, Any]) -> None:
    keeping.start("a", "b", "c")
    keeping.until_asked(30)
    keeping.redis.client.save()
    keeping.until_asked(130)
    keeping.redis.kill()
    keeping.redis.start()
    assert keeping.end() == {"a": 0, "b": 0, "c": 0}, keeping.said()
    assert whole(keeping, alone)


@pytest.mark.parametrize("keeping", ["nothing"], indirect=True)
def test_redis_is_lost_and_a_worker_with_it(keeping: Crew, alone: dict[str, Any]) -> None:
    """What only the dead worker knew is found anew."""
    keeping.start("a", "b", "c")
    keeping.until_asked(80)
    keeping.kill("b")
    keeping.redis.kill()
    keeping.redis.start()
    assert keeping.end() == {"a": 0, "c": 0}, keeping.said()
    assert whole(keeping, alone)


@pytest.mark.parametrize("keeping", ["nothing"], indirect=True)
def test_what_live_workers_captured_is_not_asked_for_again(keeping: Crew, alone: dict[str, Any]) -> None:
    keeping.start("a", "b")
    keeping.until_asked(100)
    keeping.redis.kill()
    keeping.redis.start()
    until(lambda: all(keeping.redis.members(f"leases:{name}") for name in "ab"))  # each has told what it has, and done
    assert keeping.end() == {"a": 0, "b": 0}, keeping.said()
    found = [(asked.host, asked.path) for asked in keeping.server.log if asked.path != "/robots.txt"]
    assert len(found) - len(set(found)) < 20, "only what was under way"
    assert whole(keeping, alone)


@pytest.mark.parametrize("keeping", ["nothing"], indirect=True)
def test_redis_does_not_come_back(keeping: Crew, alone: dict[str, Any]) -> None:
    keeping.start("a", "b", CLUSTER_PATIENCE="1", CONCURRENT_REQUESTS=FEW)  # nor has the rest on lease
    keeping.until_asked(80)
    keeping.redis.kill()
    codes = keeping.end()
    assert codes == {"a": 1, "b": 1}
    failures = [one["reason"] for one in report(keeping.root)["failures"]]
    assert any(
        re.fullmatch(r"Redis has not answered for 1 s \(.+\); all captures are kept, run again", one) for one in failures
    )
    assert 0 < len(index(keeping.archive)) < 75
    done = crawl(keeping.server.origins, keeping.root)
    assert done.returncode == 0, done.stderr
    assert same(keeping, alone)
    keeping.redis.start()


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [("maxmemory", "100kb", "maxmemory"), ("requirepass", "right", "password"), ("min-replicas-to-write", "1", "replicas")],
)
def test_a_redis_that_refuses_is_told_in_one_line_without_the_password(crew: Crew, setting: str, value: str, said: str) -> None:
    """It is full, wants another password, or waits for others of its kind."""
    crew.redis.client.config_set(setting, value)
    url = crew.redis.url.replace("//", "//:mistyped@") if setting == "requirepass" else crew.redis.url
    done = run("crawl", "finews", settings=settings_for(crew.server.origins, crew.root, CLUSTER=url, WORKER="a"))
    assert done.returncode == 2, done.stderr
    assert done.stderr.startswith("the Redis at CLUSTER=redis://")
    assert said in done.stderr
    assert done.stderr.count("\n") == 1
    assert "mistyped" not in done.stderr


def test_a_redis_that_is_full_in_the_middle_is_named(crew: Crew, alone: dict[str, Any]) -> None:
    crew.start("a", CLUSTER_PATIENCE="1")
    crew.until_asked(60)
    crew.redis.client.config_set("maxmemory", "100kb")
    assert crew.end() == {"a": 1}, crew.said()
    assert "maxmemory" in str(report(crew.root)["failures"])
    crew.redis.client.config_set("maxmemory", "0")
    crew.start("a")
    assert crew.end() == {"a": 0}, crew.said()
    assert same(crew, alone)
