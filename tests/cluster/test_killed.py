"""``kill -9`` of workers: the others do what they had taken, and the same crawl ends with nothing missing."""

from __future__ import annotations

import signal
import time
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

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


@pytest.mark.parametrize("asked", [0, 12, 60, 150])
@pytest.mark.parametrize("killed", ["a", "c"])
def test_one_of_three_is_killed(crew: Crew, alone: dict[str, Any], asked: int, killed: str) -> None:
    crew.start("a", "b", "c")
    crew.until_asked(asked)
    if asked:
        crew.until_taken(killed)
    crew.kill(killed)
    codes = crew.end()
    assert set(codes.values()) == {0}, crew.said()
    assert len(reports(crew.archive)) == 1, "it is one crawl"
    assert whole(crew, alone)


@pytest.mark.parametrize("asked", [12, 60, 150])
def test_the_power_of_one_machine_is_cut(crew: Crew, alone: dict[str, Any], tmp_path: Path, asked: int) -> None:
    """What Redis was told of was on the disk by then; of the rest, any part is gone."""
    notes = tmp_path / "synced"
    crew.start("a", notes=notes)
    crew.start("b")
    crew.until_asked(asked)
    crew.until_taken("a")
    crew.kill("a")
    own = next((crew.archive / "workers").glob("a-*"))
    cut(own, {}, notes, Random(asked))  # which takes nothing where a sync has just ended
    assert crew.end() == {"b": 0}, crew.said()
    assert whole(crew, alone)


def test_two_of_three_are_killed(crew: Crew, alone: dict[str, Any]) -> None:
    crew.start("a", "b", "c")
    crew.until_asked(40)
    crew.kill("b")
    crew.until_asked(80)
    crew.kill("a")
    assert crew.end() == {"c": 0}, crew.said()
    assert whole(crew, alone)


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
    time.sleep(1)  # what is captured is on the disk within tenths of a second, and done
    for name in ("a", "b"):
        crew.kill(name)
    before = len(crew.server.log)
    crew.start("c", "d")
    assert crew.end() == {"c": 0, "d": 0}, crew.said()
    assert whole(crew, alone)
    assert len(crew.server.log) - before < 160, "what was captured is not asked for again"


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
