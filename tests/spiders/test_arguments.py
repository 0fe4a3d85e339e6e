from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.spiders.arguments import Arguments, BadArgument


def test_all_of_them() -> None:
    given_ = {"category": "a,b c", "since": "2022-03-01", "until": "2022-03-02", "sweep": "0", "limit": "5", "recheck": "yes"}
    assert Arguments.read(given_) == Arguments(
        ("a", "b c"), date(2022, 3, 1), date(2022, 3, 2), sweep=False, recheck=True, limit=5
    )


def test_none_of_them() -> None:
    assert Arguments.read({}) == Arguments()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("since", "yesterday"),
        ("until", "2022-02-30"),
        ("sweep", "maybe"),
        ("limit", "0"),
        ("limit", "-1"),
        ("limit", "\u0663"),
        ("category", "a,,b"),
        ("category", ""),
        ("sinc", "2022-03-01"),
    ],
)
def test_a_bad_one_is_named(name: str, value: str) -> None:
    with pytest.raises(BadArgument, match=name):
        Arguments.read({name: value})


def test_since_after_until() -> None:
    with pytest.raises(BadArgument, match="lies after"):
        Arguments.read({"since": "2022-03-02", "until": "2022-03-01"})


@given(st.dates(), st.dates(), st.dates())
def test_days_are_included(one: date, other: date, day: date) -> None:
    since, until = sorted((one, other))
    covered = Arguments.read({"since": since.isoformat(), "until": until.isoformat()}).covers(day.isoformat())
    assert covered == (since <= day <= until)


@given(st.dictionaries(st.sampled_from(["category", "since", "until", "sweep", "limit"]), st.text(max_size=12)))
def test_no_value_fails_otherwise(given_: dict[str, str]) -> None:
    try:
        Arguments.read(given_)
    except BadArgument as error:
        assert "\n" not in str(error)
