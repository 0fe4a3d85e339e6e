from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.retry_after import seconds

NOW = datetime(2022, 3, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "wait"),
    [
        (b"0", 0),
        (b"7", 7),
        (b"Tue, 01 Mar 2022 00:02:00 GMT", 120),
        (b"Mon, 28 Feb 2022 00:00:00 GMT", 0),
        (b"soon", 0),
        (b"-5", 0),
        (None, 0),
    ],
)
def test_both_forms(value: bytes | None, wait: float) -> None:
    assert seconds(value, NOW) == wait


@given(st.binary(max_size=40))
def test_whatever_a_server_says(value: bytes) -> None:
    assert seconds(value, NOW) >= 0
