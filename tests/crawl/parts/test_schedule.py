"""When a page is looked at again."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.schedule import Schedule, back_off
from crawler.settings import RECHECK_HOURS

PUBLISHED = datetime(2022, 3, 1, 12, tzinfo=UTC)
HOURS = st.lists(st.floats(0.1, 100), max_size=8)
MINUTES = st.integers(0, 20_000).map(lambda minutes: timedelta(minutes=minutes))


@given(HOURS, MINUTES)
def test_the_next_look_lies_ahead_and_at_most_a_day_behind_the_last_age(hours: list[float], after: timedelta) -> None:
    last = PUBLISHED + after
    due = Schedule.of_hours(hours).next_visit(PUBLISHED, last)
    latest = max([PUBLISHED + timedelta(hours=hour) for hour in hours] + [last + timedelta(days=1)])
    assert last < due <= latest


@given(HOURS, MINUTES)
def test_no_age_is_left_out(hours: list[float], after: timedelta) -> None:
    """However late the first look came, each age after it has its own."""
    last, looks = PUBLISHED + after, []
    schedule = Schedule.of_hours(hours)
    for _ in hours:
        last = schedule.next_visit(PUBLISHED, last)
        looks.append(last - PUBLISHED)
    ages = sorted({timedelta(hours=hour) for hour in hours if timedelta(hours=hour) > after})
    assert looks[: len(ages)] == ages


def test_the_schedule_as_it_is_covers_three_days_and_what_comes_after() -> None:
    last, looks = PUBLISHED, []
    while last < PUBLISHED + timedelta(days=5):
        last = Schedule.of_hours(RECHECK_HOURS).next_visit(PUBLISHED, last)
        looks.append((last - PUBLISHED) / timedelta(hours=1))
    assert looks == [0.5, 2, 8, 24, 48, 70, 73, 97, 121]


@given(st.integers(0, 10_000))
def test_failures_are_waited_for_ever_longer_and_never_for_more_than_six_hours(tries: int) -> None:
    assert timedelta() <= back_off(tries) <= back_off(tries + 1) <= timedelta(hours=6)
