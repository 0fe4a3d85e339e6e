"""What Redis keeps of a crawl, script by script: with the real redis-server, and without a crawl."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.cluster.frontier import UNLISTED, Changes, NameInUse, OtherArguments, Push, SharedFrontier
from crawler.cluster.journal import Journal
from tests.cluster.servers import Redis, until

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory, redis_server: str) -> Iterator[Redis]:
    with Redis(tmp_path_factory.mktemp("redis")) as server:
        yield server


@pytest.fixture
def redis(server: Redis) -> Redis:
    server.client.flushall()
    return server


def worker(redis: Redis, name: str, *, lease: float = 60, token: str = "") -> SharedFrontier:
    made = SharedFrontier(redis.client, "finews", name, token or f"process of {name}", lease)
    made.register("{}", 1.0)
    return made


def pushes(*names: str) -> Changes:
    return Changes(new=[Push(name.encode(), 0, f"data of {name}".encode()) for name in names])


def keys(found: object) -> list[str]:
    return [key.decode() for key, _ in found.requests]  # type: ignore[attr-defined]


def test_each_request_is_put_in_once_whoever_finds_it(redis: Redis) -> None:
    a = worker(redis, "a")
    assert keys(a.exchange(pushes("x", "y"), 10)) == ["x", "y"]
    assert keys(a.exchange(pushes("x", "z"), 10)) == ["z"]
    a.exchange(Changes(done=[b"x", b"y", b"z"]), 0)
    assert a.exchange(pushes("x", "y", "z"), 0).queued == 0


def test_the_highest_priority_is_first_then_the_oldest(redis: Redis) -> None:
    a = worker(redis, "a")
    new = [Push(name.encode(), priority, b"-") for name, priority in (("p1", 0), ("p2", 0), ("asset", -1), ("list", 10))]
    assert keys(a.exchange(Changes(new=new), 10)) == ["list", "p1", "p2", "asset"]


def test_what_a_dead_worker_had_taken_is_given_to_others_first(redis: Redis) -> None:
    a, b = worker(redis, "a", lease=0.2), worker(redis, "b")
    for _ in range(2):
        b.exchange(Changes(), 0, generation=2)
    assert len(keys(a.exchange(pushes("x", "y", "z"), 2))) == 2
    until(lambda: not redis.client.exists("backfile:finews:alive:a"))
    found = keys(b.exchange(Changes(), 10, generation=2))
    assert found[:2] == ["x", "y"]
    assert set(found) == {"x", "y", "z"}


def test_what_is_done_is_not_given_back(redis: Redis) -> None:
    a, b = worker(redis, "a", lease=0.2), worker(redis, "b")
    b.exchange(Changes(), 0, generation=2)
    a.exchange(pushes("x", "y"), 10)
    a.exchange(Changes(done=[b"x"]), 0)
    until(lambda: not redis.client.exists("backfile:finews:alive:a"))
    assert keys(b.exchange(Changes(), 10, generation=2)) == ["y"]


def test_a_worker_that_was_thought_dead_goes_on(redis: Redis) -> None:
    a = worker(redis, "a", lease=0.05)
    a.exchange(pushes("x", "y"), 10)
    until(lambda: not redis.client.exists("backfile:finews:alive:a"))
    found = a.exchange(Changes(done=[b"x"]), 10)
    assert found.expired
    assert keys(found) == ["y"], "it takes anew what it had"


def test_an_answer_that_was_lost_changes_nothing(redis: Redis) -> None:
    a = worker(redis, "a")
    told = pushes("x", "y")
    a.exchange(told, 1)
    a._number -= 1  # as if the answer had not come
    found = a.exchange(told, 10, held=[])
    assert sorted(keys(found)) == ["x", "y"], "what was taken unknowingly is taken again"
    assert redis.client.zcard("backfile:finews:queue") == 0


def test_a_frontier_that_was_lost_is_noticed(redis: Redis) -> None:
    a = worker(redis, "a")
    a.exchange(pushes("x"), 0)
    redis.client.flushall()
    assert a.exchange(Changes(), 10).state == "lost"
    a.register("{}", 1.0)
    a.exchange(Changes(claimed=[(b"x", b"data of x")]), 0)
    b = worker(redis, "b")
    a.exchange(Changes(), 0, generation=9)
    assert keys(b.exchange(pushes("x"), 10)) == [], "a has it in hand"


def test_the_end_is_looked_at_by_one_worker_and_once(redis: Redis) -> None:
    a, b = worker(redis, "a"), worker(redis, "b")
    for one in (a, b):
        one.exchange(Changes(), 0, generation=9)
    first = a.exchange(Changes(), 10, generation=9)
    assert keys(first) == [UNLISTED.decode()]
    assert b.exchange(Changes(), 10, generation=9).leased == 1, "it is not over before that is done"
    assert a.exchange(Changes(done=[UNLISTED]), 10, generation=9).leased == 0
    assert keys(b.exchange(Changes(), 10, generation=9)) == []


def test_a_name_is_one_workers(redis: Redis) -> None:
    worker(redis, "a", token="process 1")
    with pytest.raises(NameInUse, match="process 1"):
        worker(redis, "a", token="process 2")
    assert worker(redis, "b").unregister() == (0, 1)
    worker(redis, "b", token="another")


def test_a_crawl_has_one_set_of_arguments_as_long_as_somebody_crawls(redis: Redis) -> None:
    a = worker(redis, "a")
    a.exchange(pushes("x"), 0)
    other = SharedFrontier(redis.client, "finews", "b", "process of b", 60)
    with pytest.raises(OtherArguments):
        other.register('{"since": "2022"}', 2.0)
    assert a.unregister() == (1, 0)
    assert other.register('{"since": "2022"}', 2.0) == 2.0
    assert other.exchange(Changes(), 0).queued == 0


def test_turns_are_apart(redis: Redis) -> None:
    a, b = worker(redis, "a"), worker(redis, "b")
    rests = [one.turn("host", 1000) for one in (a, b, a)]
    assert rests[0] == 0
    assert 900 < rests[1] <= 1000
    assert 1900 < rests[2] <= 2000
    assert a.turn("other", 1000) == 0


def test_pauses_reach_others(redis: Redis) -> None:
    a, b = worker(redis, "a"), worker(redis, "b")
    a.exchange(Changes(rests={"host": 60_000}), 0)
    assert 0 < b.exchange(Changes(), 0).rests[b"host"] <= 60_000


def test_all_of_it_goes_at_the_end(redis: Redis) -> None:
    a, b = worker(redis, "a"), worker(redis, "b")
    a.exchange(pushes("x"), 10)
    a.unregister()
    a.end("{}")
    assert redis.client.exists("backfile:finews:crawl"), "b is still there"
    b.unregister()
    b.end("{}")
    assert redis.client.keys() == [b"backfile:finews:ended"]
    assert 0 <= (a.ended("{}") or 0) < 60
    assert a.ended("{1}") is None, "a crawl with other arguments"
    worker(redis, "a")
    assert a.ended("{}") is None, "one is under way"


def test_a_journal_says_what_was_done(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    journal.note([(b"x", b'{"url":"u v"}'), (b"y", b"")])
    again = journal.read()
    journal.begin_again()
    journal.note(again)
    assert list(journal.read()) == [(b"x", b'{"url":"u v"}'), (b"y", b"")]
    journal.close()
