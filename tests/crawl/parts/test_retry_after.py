"""How long ``Retry-After`` asks to wait, whatever it looks like and whatever the server's clock says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.politeness.retry_after import seconds

NOW = datetime(2022, 3, 1, tzinfo=UTC)
YEAR = 366 * 86_400
#: The forms of RFC 9110, 5.6.7.
FORMS = ["%a, %d %b %Y %H:%M:%S GMT", "%A, %d-%b-%y %H:%M:%S GMT", "%a %b %e %H:%M:%S %Y"]
TIMES = st.datetimes(datetime(2000, 1, 1), datetime(2060, 1, 1)).map(lambda time: time.replace(microsecond=0, tzinfo=UTC))


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        (b"0", 0),
        (b"7", 7),
        (b" 7 ", 7),
        (b"1.5", 1.5),
        (b"9" * 300, YEAR),
        (b"Tue, 01 Mar 2022 00:02:00 GMT", 120),
        (b"Tue, 01 Mar 2022 01:02:00 +0100", 120),
        (b"Mon, 28 Feb 2022 00:00:00 GMT", 0),
        (b"Fri, 31 Dec 9999 23:59:59 GMT", YEAR),
        (b"Thu, 31 Feb 2022 00:00:00 GMT", 0),
        (b"soon", 0),
        (b"-5", 0),
        (b"", 0),
        (b"\xd9\xa3", 0),
        (None, 0),
    ],
)
def test_numbers_and_dates(value: bytes | None, wait: float) -> None:
    assert seconds(value, None, NOW) == wait


@given(TIMES, st.timedeltas(timedelta(), timedelta(days=30)), st.sampled_from(FORMS), st.sampled_from(FORMS), TIMES)
def test_a_date_is_measured_by_the_servers_clock(
    served: datetime, wait: timedelta, one: str, other: str, now: datetime
) -> None:
    value, date = (served + wait).strftime(one).encode(), served.strftime(other).encode()
    assert seconds(value, date, now) == wait // timedelta(seconds=1)
    assert seconds(value, None, served) == wait // timedelta(seconds=1)
    assert seconds(value, b"yesterday", served) == wait // timedelta(seconds=1)


@given(st.integers(0, YEAR), TIMES)
def test_a_number_of_seconds_needs_no_clock(number: int, time: datetime) -> None:
    assert seconds(b"%d" % number, time.strftime(FORMS[0]).encode(), NOW) == number


@given(st.none() | st.binary(max_size=80), st.none() | st.binary(max_size=80))
def test_whatever_a_server_says(value: bytes | None, date: bytes | None) -> None:
    assert 0 <= seconds(value, date, NOW) <= YEAR
