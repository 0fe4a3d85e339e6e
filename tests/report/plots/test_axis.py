"""Labels beside a chart: round, and none over another."""

from __future__ import annotations

from datetime import datetime
from itertools import pairwise

from hypothesis import example, given
from hypothesis import strategies as st

from crawler.report.plots.axis import counts, dates, lengths, width_of
from crawler.report.plots.buckets import Buckets

SIZE = 11


@given(st.datetimes(), st.datetimes(), st.floats(150, 2000))
@example(datetime(2022, 3, 1), datetime(2022, 3, 1), 150.0)
@example(datetime(2021, 11, 26), datetime(2026, 11, 26), 330.0)
def test_dates_stand_free_and_inside(one: datetime, other: datetime, right: float) -> None:
    first, last = sorted((one, other))
    labels = dates(Buckets.of(first, last), 40, 40 + right, SIZE)
    assert labels
    ends = [(label.at - width_of(label.text, SIZE) / 2, label.at + width_of(label.text, SIZE) / 2) for label in labels]
    assert all(before[1] + SIZE / 2 <= after[0] for before, after in pairwise(ends))
    assert ends[0][0] >= 39.99
    assert ends[-1][1] <= 40.01 + right or len(labels) == 1


@given(st.datetimes(datetime(1990, 1, 1), datetime(2040, 1, 1)), st.integers(3, 4000))
def test_a_chart_as_wide_as_a_phone_has_more_than_one_date(first: datetime, days: int) -> None:
    from datetime import timedelta

    assert len(dates(Buckets.of(first, first + timedelta(days=days)), 40, 364, SIZE)) >= 2


@given(st.floats(0, 1e18))
def test_values_reach_from_nothing_to_all(most: float) -> None:
    ticks = counts(most)
    assert ticks[0] == (0, "0")
    assert 2 <= len(ticks) <= 6
    assert ticks[-1][0] >= most * (1 - 1e-6)
    assert len({text for _, text in ticks}) == len(ticks)
    assert all(len(text) <= 7 for _, text in ticks)


@given(st.floats(1e-9, 1e9), st.floats(1e-9, 1e9))
def test_lengths_of_time_lie_around_what_there_is(one: float, other: float) -> None:
    least, most = sorted((one, other))
    ticks = lengths(least, most)
    assert len(ticks) >= 2
    assert ticks[0][0] <= max(least, 1 / 3600)
    assert ticks[-1][0] >= min(most, 876_600)
