"""The two ends of a period, as a person writes them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.period import BadPeriod, Period

times = st.datetimes(timezones=st.none()).map(lambda time: time.replace(microsecond=0))


@pytest.mark.parametrize(
    ("since", "until", "first", "last"),
    [
        ("2022-03", "2022-03", "2022-03-01T00:00:00", "2022-03-31T23:59:59"),
        ("2024-02", "2024-02", "2024-02-01T00:00:00", "2024-02-29T23:59:59"),
        ("2022-03-01", "2022-03-02", "2022-03-01T00:00:00", "2022-03-02T23:59:59"),
        ("2022-03-01T08:30", "2022-03-01 08:30", "2022-03-01T08:30:00", "2022-03-01T08:30:59"),
        ("2022-03-01T08:30:15", "2022-03-01T08:30:15", "2022-03-01T08:30:15", "2022-03-01T08:30:15"),
        ("9999-12", "9999-12-31", "9999-12-01T00:00:00", "9999-12-31T23:59:59"),
        ("", "", "", ""),
    ],
)
def test_what_is_written_is_taken_whole(since: str, until: str, first: str, last: str) -> None:
    assert Period.read(since, until) == Period(first, last)


@pytest.mark.parametrize(
    "text",
    ["soon", "2022", "2022-13", "2022-00", "2022-02-30", "2022-2-3", "0000-01-01", "2022-03-01T24:00", "2022-03-01T08:60",
     "2022-03-01T08:30:15Z", "2022-03-01T08:30+08:00", "２０２２-03-01", "2022-03-01T08", "2022-03-01\n2022", "20220301"],
)  # fmt: skip
def test_what_cannot_be_meant_is_one_line_with_the_name_of_the_end(text: str) -> None:
    for given_, name in (((text, ""), "--since"), (("", text), "--until")):
        with pytest.raises(BadPeriod, match=name) as caught:
            Period.read(*given_)
        assert "\n" not in str(caught.value)


def test_the_ends_are_in_their_order() -> None:
    with pytest.raises(BadPeriod, match="since 2022-04 lies after until 2022-03"):
        Period.read("2022-04", "2022-03", names=("since", "until"))


@given(times, times, times)
def test_a_time_is_taken_as_its_value_says(first: datetime, last: datetime, time: datetime) -> None:
    first, last = sorted((first, last))
    period = Period.read(first.isoformat(), last.isoformat())
    assert period.takes(time.isoformat() + "+08:00") == (first <= time <= last)
    assert period.touches(f"{time:%Y-%m-%d}".zfill(10)) == (first.date() <= time.date() <= last.date())


@given(times)
def test_an_open_period_takes_everything(time: datetime) -> None:
    assert Period().takes(time.isoformat())
    assert not Period()
    assert Period().is_near(time.isoformat()[:10])


@given(times, st.integers(-1, 1))
def test_a_day_beside_one_that_is_touched_is_near(time: datetime, step: int) -> None:
    day = time.date().isoformat()
    try:
        beside = (time.date() + timedelta(days=step)).isoformat()
    except OverflowError:
        return
    assert Period.read(day, day).is_near(beside)
