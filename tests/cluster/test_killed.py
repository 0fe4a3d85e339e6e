"""``kill -9`` of workers: the others do what they had taken, and the same crawl ends with nothing missing."""

from __future__ import annotations

import signal
import time
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from crawler.cluster.requests import key_of
from tests.archives import index, report, reports
from tests.cluster.servers import until
from tests.cluster.test_workers import verified
from tests.crash.ground import content
from tests.crash.power import cut
from tests.replica.crawl import crawl

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cluster.workers import Crew

#: Where the last worker dies: the module and the name of the function that it has come to.
STEPS = {
    "before captures are moved": "crawler.archive.archive:adopt",
    "some are moved": "crawler.archive.workers.workers:take_over",
    "all are moved and not read": "crawler.archive.captures:Captures.recover",
    "all are read": "crawler.derive.catch_up:CatchUp.run",
    "a post of a worker is taken over": "crawler.derive.writer:PostWriter.note_visit",
    "all posts of workers are taken over": "crawler.derive.catch_up:leave_out",
    "posts are made": "crawler.archive.archive:Archive.close",
}


def same(crew: Crew, alone: dict[str, Any]) -> bool:
    """Whether every post is there as one process makes it.

    A killed worker may have captured a page and not its text: such a post has a version without and one with it.
    """

    def posts(made: dict[str, Any]) -> dict[str, Any]:
        return {name: one | {"version": 0} if "version" in one else one for name, one in made.items()}

    return posts(content(crew.archive)) == posts(alone)


def whole(crew: Crew, alone: dict[str, Any]) -> bool:
    """Whether every post is there, each once, and all of it holds together."""
    return same(crew, alone) and len(index(crew.archive)) == 75 and verified(crew.root)


def done(crew: Crew) -> set[bytes]:
    """The keys of requests that are done, as Redis knows: those that were put in, and neither wait nor are on lease."""
    seen, left = (f"backfile:finews:{name}" for name in ("seen", "requests"))
    found: tuple[set[Any], list[Any]] = (crew.redis.client.smembers(seen), crew.redis.client.hkeys(left))  # type: ignore[assignment]
    return found[0] - set(found[1])


@pytest.mark.parametrize("asked", [0, 12, 60, 150])
@pytest.mark.parametrize("rather", ["abc", "cba"])
def test_one_of_three_is_killed(crew: Crew, alone: dict[str, Any], asked: int, rather: str) -> None:
    crew.start("a", "b", "c")
    crew.until_asked(asked)
    crew.kill(crew.redis.holder(rather) if asked else rather[0])
    codes = crew.end()
    assert set(codes.values()) == {0}, crew.said()
    assert len(reports(crew.archive)) == 1, "it is one crawl"
    assert whole(crew, alone)


@pytest.mark.parametrize("asked", [12, 60, 150])
def test_the_power_of_one_machine_is_cut(crew: Crew, alone: dict[str, Any], tmp_path: Path, asked: int) -> None:
    """What Redis was told of was on the disk by then; of the rest, any part is gone."""
    notes = {name: tmp_path / f"synced by {name}" for name in "ab"}
    for name, file in notes.items():
        crew.start(name, notes=file)
    crew.until_asked(asked)
    killed = crew.redis.holder("ab")
    crew.kill(killed)
    own = next((crew.archive / "workers").glob(f"{killed}-*"))
    cut(own, {}, notes[killed], Random(asked))  # which takes nothing where a sync has just ended
    assert set(crew.end().values()) == {0}, crew.said()
    assert whole(crew, alone)


def test_two_of_three_are_killed(crew: Crew, alone: dict[str, Any]) -> None:
    crew.start("a", "b", "c")
    crew.until_asked(40)
    crew.kill("b")
    crew.until_asked(80)
    crew.kill("a")
    assert crew.end() == {"c": 0}, crew.said()
    assert whole(crew, alone)


def test_a_worker_that_lives_renews_its_lease(crew: Crew) -> None:
    crew.start("a")
    crew.until_asked(12)
    crew.redis.is_dead("a")
    until(lambda: crew.redis.client.pttl("backfile:finews:alive:a") > 1000)
    assert crew.end() == {"a": 0}, crew.said()


def test_a_killed_worker_comes_back_under_its_name(crew: Crew, alone: dict[str, Any]) -> None:
    crew.start("a", "b")
    crew.until_asked(60)
    crew.kill("a")
    until(lambda: not crew.redis.client.exists("backfile:finews:alive:a"))
    crew.start("a")
    assert crew.end() == {"a": 0, "b": 0}, crew.said()
    assert whole(crew, alone)


def test_all_are_killed_and_others_go_on(crew: Crew, alone: dict[str, Any]) -> None:
    crew.start("a", "b")
    crew.until_asked(100)
    until(lambda: len(done(crew)) > 20)  # most answers are pages, and no more than eight of a worker are in hand
    for name in ("a", "b"):
        crew.kill(name)
    captured, before = done(crew), len(crew.server.log)
    crew.start("c", "d")
    assert crew.end() == {"c": 0, "d": 0}, crew.said()
    assert whole(crew, alone)
    asked = {key_of(f"https://{asked.host}{asked.path}") for asked in crew.server.log[before:]}
    assert len(asked) > 20
    assert not asked & captured, "what was captured is not asked for again"


def test_all_are_killed_and_one_process_goes_on(crew: Crew, alone: dict[str, Any]) -> None:
    crew.start("a", "b")
    crew.until_asked(100)
    for name in ("a", "b"):
        crew.kill(name)
    crew.server.let_go()
    done = crawl(crew.server.origins, crew.root)
    assert done.returncode == 0, done.stderr
    assert whole(crew, alone)
    assert any("captures of 2 workers were brought together" in line for line in report(crew.root)["mended"])


def test_told_to_stop(crew: Crew, alone: dict[str, Any]) -> None:
    """SIGTERM: what it has taken goes to the others at once."""
    crew.start("a", "b")
    crew.until_asked(60)
    crew.workers["a"].terminate()
    while crew.workers["a"].poll() is None and crew.server.hold_at < 180:  # b is not at the end before a has left
        time.sleep(0.02)
        crew.server.hold_at += 1
    codes = crew.end()
    assert codes == {"a": 0, "b": 0}, crew.said()
    assert same(crew, alone)


def test_all_are_told_to_stop(crew: Crew, alone: dict[str, Any]) -> None:
    crew.start("a", "b")
    crew.until_asked(60)
    for worker in crew.workers.values():
        worker.terminate()
    assert sorted(crew.end().values()) == [0, 1], "the last one says that the crawl is not over"
    assert 0 < len(index(crew.archive)) < 75, "posts are made of what there is"
    crew.start("a", "b")
    assert crew.end() == {"a": 0, "b": 0}, crew.said()
    assert whole(crew, alone)


@pytest.mark.parametrize("step", STEPS)
def test_the_last_one_is_killed_while_it_brings_captures_together(crew: Crew, alone: dict[str, Any], step: str) -> None:
    crew.start("a", "b", dies_at=STEPS[step])
    assert -signal.SIGKILL in crew.end().values(), crew.said()
    assert not (crew.archive / "index.jsonl").exists()
    crew.start("c")
    assert crew.end() == {"c": 0}, crew.said()
    assert whole(crew, alone)
