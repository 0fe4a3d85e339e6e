"""Whatever the number of workers, a site is asked as one run would ask it: counted by the server."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from tests.replica.build import BUILT
from tests.replica.server import SITE_HOST
from tests.serving import Reply, file_reply

if TYPE_CHECKING:
    from tests.cluster.workers import Crew


@pytest.mark.parametrize("workers", ["a", "abc"])
def test_a_delay_lies_between_two_requests_of_all_workers(crew: Crew, workers: str) -> None:
    delay = 0.04
    crew.start(*workers, DOWNLOAD_DELAY=str(delay), DOWNLOAD_DELAY_JITTER="0")
    assert set(crew.end().values()) == {0}, crew.said()
    times = crew.server.times[SITE_HOST]
    assert len(times) > 80
    # A busy machine may hand over two requests at once, but never more of them in a time than have their turn in it.
    assert times[-1] - times[0] >= delay * (len(times) - len(workers)) * 0.9


@pytest.mark.parametrize(("workers", "limit"), [("abc", 2), ("ab", 5)])
def test_so_many_requests_at_a_time_of_all_workers(crew: Crew, workers: str, limit: int) -> None:
    crew.server.slow = 0.01
    crew.start(*workers, CONCURRENT_REQUESTS_PER_DOMAIN=str(limit))
    assert set(crew.end().values()) == {0}, crew.said()
    assert 1 <= crew.server.most_at_once[SITE_HOST] <= limit


def test_a_worker_that_joins_waits_until_the_others_have_made_room(crew: Crew) -> None:
    crew.server.slow = 0.02
    crew.start("a", CONCURRENT_REQUESTS_PER_DOMAIN="2")
    crew.until_asked(20)
    crew.start("b", "c", CONCURRENT_REQUESTS_PER_DOMAIN="2")
    assert set(crew.end().values()) == {0}, crew.said()
    assert crew.server.most_at_once[SITE_HOST] <= 2


def test_a_host_that_asks_one_worker_for_rest_is_left_alone_by_all(crew: Crew) -> None:
    path = "/feed.xml"
    page = file_reply(BUILT / "site", path)
    crew.server.replies[SITE_HOST, path] = [Reply(503, b"", {"Retry-After": "3"}), page]
    crew.start("a", "b", "c")
    assert set(crew.end().values()) == {0}, crew.said()
    times = crew.server.times[SITE_HOST]
    rests = [later - earlier for earlier, later in itertools.pairwise(times)]
    longest = max(rests)
    assert longest >= 1, "nobody asked for the rest of the pause"
    left = len(rests) - rests.index(longest)
    assert left > len(times) / 2, "and not because all but what one worker held was done"
