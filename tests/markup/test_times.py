from __future__ import annotations

from datetime import datetime, timedelta, timezone
from email.utils import format_datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup.times import read_time
from tests.linear.test_steps import steps

ZONES = st.integers(-12 * 60, 14 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
TIMES = st.datetimes(datetime(1970, 1, 1), datetime(2099, 1, 1), timezones=ZONES).map(lambda time: time.replace(microsecond=0))
DAYS = st.dates(datetime(1970, 1, 1).date(), datetime(2099, 1, 1).date())


@given(TIMES)
def test_what_names_its_offset_is_read_as_it_is(time: datetime) -> None:
    for text in (time.isoformat(), time.isoformat(" "), f"{time:%Y-%m-%d %H:%M:%S %z}", format_datetime(time)):
        found = read_time(text, "Asia/Tokyo")
        assert found == time
        assert found is not None
        assert found.utcoffset() == time.utcoffset() or "+0000" in text or "-0000" in text


@pytest.mark.parametrize(
    "form", ["%b %-d, %Y", "%B %-d, %Y", "%d %b %Y", "%-d %B %Y", "%Y/%m/%d", "%d.%m.%Y", "%Y-%m-%d", "%Y%m%d"]
)
@given(DAYS)
def test_a_day_is_its_midnight_in_the_zone(form: str, day) -> None:
    found = read_time(f" {day.strftime(form)}\n  ", "Europe/Berlin")
    assert found is not None
    assert found.replace(tzinfo=None) == datetime(day.year, day.month, day.day)
    assert found.tzinfo == ZoneInfo("Europe/Berlin")


@given(st.text(max_size=120))
def test_any_text_is_a_time_or_none(text: str) -> None:
    found = read_time(text, "America/New_York", ("%d/%m/%y", "%"))
    assert found is None or found.tzinfo is not None


@pytest.mark.parametrize("text", ["", "soon", "2024-02-30", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z", "12:30", "1" * 500])
def test_what_is_no_time(text: str) -> None:
    assert read_time(text, "Europe/Berlin") is None


def test_forms_of_a_site_come_first() -> None:
    assert read_time("03/04/24", "UTC", ("%d/%m/%y",)) == datetime(2024, 4, 3, tzinfo=ZoneInfo("UTC"))
    summer, winter = read_time("Jul 1, 2024 10:00", "Europe/Berlin"), read_time("Jan 1, 2024 10:00", "Europe/Berlin")
    assert [str(one)[-6:] for one in (summer, winter)] == ["+02:00", "+01:00"]


def test_what_has_no_form_of_a_time_is_not_tried_in_each_form() -> None:
    """A page may show tens of thousands of short texts with four digits in them."""
    read_time("a 2024", "UTC")
    assert steps(lambda text: read_time(text, "UTC"), "b 2024") < 300
