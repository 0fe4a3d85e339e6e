"""Any stretch of time is cut into pieces that a page can show."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.report.plots.buckets import MOST, Buckets

TIMES = st.datetimes()


@given(TIMES, TIMES, TIMES)
def test_every_moment_lies_in_one_piece(one: datetime, other: datetime, moment: datetime) -> None:
    first, last = sorted((one, other))
    buckets = Buckets.of(first, last)
    assert 1 <= len(buckets.starts) <= MOST
    assert buckets.starts == sorted(set(buckets.starts))
    assert buckets.starts[0] == first
    number = buckets.index(moment)
    assert (number is not None) == (first <= moment <= last)
    if number is not None:
        assert buckets.starts[number] <= moment <= buckets.end(number)
    assert buckets.index(first) == 0
    assert buckets.index(last) == len(buckets.starts) - 1
    names = [buckets.label(n) for n in range(len(buckets.starts))]
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("days", "step", "pieces"),
    [
        (1, "hour", 24),
        (5, "hour", 120),
        (6, "day", 6),
        (120, "day", 120),
        (365, "week", 53),
        (1826, "month", 60),
        (3652, "month", 120),
        (9000, "quarter", 99),
        (36_524, "year", 100),
        (3_652_000, "100 years", 100),
    ],
)
def test_pieces_are_as_short_as_can_be_shown(days: int, step: str, pieces: int) -> None:
    first = datetime(1, 1, 1) if days > 400_000 else datetime(1901, 1, 1)
    buckets = Buckets.of(first, first + timedelta(days=min(days, 3_652_058)) - timedelta(microseconds=1))
    assert (buckets.step.name, len(buckets.starts)) == (step, pieces)


def test_weeks_begin_on_mondays_and_months_on_their_first() -> None:
    weeks = Buckets.of(datetime(2022, 3, 2, 15), datetime(2022, 12, 31))
    assert [f"{start:%a %H}" for start in weeks.starts[:3]] == ["Wed 15", "Mon 00", "Mon 00"]
    assert weeks.label(0) == "2022-03-02 to 2022-03-06"
    months = Buckets.of(datetime(2020, 3, 2), datetime(2026, 1, 5))
    assert [months.label(n) for n in (0, 1, 70)] == ["2020-03-02 to 2020-03-31", "2020-04", "2026-01"]
