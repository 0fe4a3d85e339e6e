from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from crawler.report.runs.log_summary import grouped

REASONS = st.sampled_from([f"HTTP {status}" for status in range(400, 415)] + ["https://a/x is not on a host of the site"])


@given(st.dictionaries(st.integers(0, 999).map(lambda number: f"https://a/{number}"), REASONS, max_size=40))
def test_each_is_counted_once_in_a_handful_of_lines(found: dict[str, str]) -> None:
    lines = list(grouped("failed", found.items()))
    assert len(lines) <= 9
    counted = [re.match(r"failed: (?:(\d+) (?:addresses|more)|https)", line) for line in lines]
    assert all(counted)
    assert sum(int(match[1] or 1) for match in counted if match) == len(found)
    assert sum(any(url in line for url in found) for line in lines) >= min(len(set(found.values())), 8)


def test_reasons_that_differ_in_an_address_are_one() -> None:
    found = [(f"https://a/{number}", f"https://b/{number} is not on a host of the site") for number in range(3)]
    assert list(grouped("failed", found)) == [
        "failed: 3 addresses, one is https://a/0: https://b/0 is not on a host of the site"
    ]
