"""What counts as a schedule, and when a run is overdue."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.report.status.schedule import overdue, schedule, takes_too_long

NOW = datetime(2022, 3, 20, tzinfo=UTC)
SECONDS = st.integers(120, 7 * 86_400)


def every(seconds: float, runs: int, first: datetime = NOW) -> list[datetime]:
    return [first + timedelta(seconds=seconds * n) for n in range(runs)]


@given(SECONDS, st.integers(6, 60), st.integers(0, 2**32), st.floats(0, 0.2))
def test_regular_runs_are_a_schedule_whatever_their_jitter(seconds: int, runs: int, seed: int, jitter: float) -> None:
    chance = random.Random(seed)
    starts = [start + timedelta(seconds=chance.uniform(0, jitter) * seconds) for start in every(seconds * 1.3, runs)]
    found = schedule(starts)
    assert found is not None
    assert abs(found.every.total_seconds() - 1.3 * seconds) <= jitter * seconds + 1e-6
    last = max(starts)
    assert overdue(found, last, last + found.allowed) is None
    assert overdue(found, last, last + found.allowed + timedelta(seconds=1)) is not None
    assert found.allowed >= timedelta(minutes=10)
    assert found.allowed >= 3 * found.every


@given(st.lists(st.floats(0, 110), max_size=200))
def test_runs_seconds_apart_are_none(pauses: list[float]) -> None:
    starts = [NOW]
    for pause in pauses:
        starts.append(starts[-1] + timedelta(seconds=pause / 60))
    assert schedule(starts) is None


@given(st.lists(st.datetimes(timezones=st.just(UTC)), max_size=5))
def test_few_runs_are_none(starts: list[datetime]) -> None:
    assert schedule(starts) is None
    assert overdue(schedule(starts), NOW, NOW + timedelta(days=9999)) is None


@given(SECONDS, st.permutations(range(20)))
def test_their_order_does_not_matter(seconds: int, order: list[int]) -> None:
    starts = every(seconds, 20)
    assert schedule([starts[n] for n in order]) == schedule(starts)


@given(st.integers(300, 86_400), st.sets(st.integers(5, 39), max_size=3), st.lists(st.floats(0, 39), max_size=3))
def test_missed_runs_and_some_by_hand_do_not_hide_a_schedule(seconds: int, missed: set[int], by_hand: list[float]) -> None:
    starts = [start for n, start in enumerate(every(seconds, 40)) if n not in missed]
    found = schedule([*starts, *(NOW + timedelta(seconds=seconds * n) for n in by_hand)])
    assert found is not None
    assert found.every <= timedelta(seconds=seconds * 1.01)


def test_runs_at_a_person_s_whim_are_none() -> None:
    chance = random.Random(3)
    found = 0
    for _ in range(400):
        start, starts = NOW, []
        for _ in range(chance.randrange(8, 40)):
            start += timedelta(seconds=chance.expovariate(1 / 20_000))
            starts.append(start)
        found += schedule(starts) is not None
    assert found <= 8


def test_a_run_under_way_is_not_waited_for_unless_it_takes_all_too_long() -> None:
    found = schedule(every(300, 10))
    assert not takes_too_long(NOW, [20, 25], found, NOW + timedelta(minutes=59))
    assert takes_too_long(NOW, [20, 25], found, NOW + timedelta(minutes=61))
    assert not takes_too_long(NOW, [20, 3600], found, NOW + timedelta(hours=2.9)), "a sweep takes that long"
    assert not takes_too_long(NOW, [], None, NOW + timedelta(days=9)), "a first crawl"
