"""Which days are gaps."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.report.runs.entries import Entry
from crawler.report.status.coverage import PostCounts, gaps, usual_days, usual_posts

DAY = date(2022, 3, 1)
TODAY = DAY + timedelta(days=7)
NOW = datetime(2022, 3, 20, tzinfo=UTC)


def counts(**posts: list[int]) -> dict[str, Counter[date]]:
    made = {name: Counter({DAY + timedelta(days=n): number for n, number in enumerate(days)}) for name, days in posts.items()}
    made[""] = sum(made.values(), Counter())
    return made


def test_a_day_with_few_posts_is_named_once() -> None:
    found = list(gaps(counts(a=[10, 11, 9, 10, 10, 2, 10], b=[6, 6, 6, 6, 6, 0, 6]), TODAY))
    assert [(gap.day, gap.category, gap.posts, gap.usual) for gap in found] == [(date(2022, 3, 6), None, 2, 16)]


def test_a_category_that_falls_silent_is_named() -> None:
    found = list(gaps(counts(a=[30] * 7, b=[6, 6, 6, 6, 6, 0, 6]), TODAY))
    assert [(gap.day, gap.category, gap.posts) for gap in found] == [(date(2022, 3, 6), "b", 0)]


def test_neither_today_nor_small_numbers_nor_first_days_are_gaps() -> None:
    assert list(gaps(counts(a=[30, 30, 30, 30, 30, 1]), DAY + timedelta(days=5))) == []
    assert list(gaps(counts(a=[4, 3, 4, 3, 4, 0, 4]), TODAY)) == []
    assert list(gaps(counts(a=[30, 0, 30, 30, 30]), DAY + timedelta(days=5))) == []
    assert list(gaps({}, TODAY)) == []


def test_a_site_that_falls_silent_is_named_once_and_a_post_of_the_future_changes_nothing() -> None:
    silent = counts(a=[30] * 7)
    (gap,) = gaps(silent, NOW.date())
    assert (gap.day, gap.category, gap.posts) == (TODAY, None, 0)
    silent[""][date.max] += 1
    assert list(gaps(silent, NOW.date())) == [gap]


def test_quiet_weekends_are_no_gaps_and_an_outage_on_one_is() -> None:
    week = [100, 100, 100, 100, 20, 10, 100]
    assert list(gaps(counts(a=week * 6), DAY + timedelta(days=42))) == [
        gap for gap in gaps(counts(a=week * 2), DAY + timedelta(days=14)) if gap.day < DAY + timedelta(days=14)
    ]
    found = list(gaps(counts(a=[*week * 4, *[100, 100, 30, 100, 2, 10, 100]]), DAY + timedelta(days=35)))
    assert [(gap.day - DAY).days for gap in found if (gap.day - DAY).days >= 28] == [32, 30]


def test_posts_count_for_their_category_and_for_all() -> None:
    at = datetime(2022, 3, 1, 8)
    entry = Entry(at, at, 0.0, "career in", "exact", "live", 7)
    found = PostCounts().add([entry, entry._replace(category="")])
    assert found.days == {"career in": Counter({DAY: 1}), "": Counter({DAY: 2})}
    assert (found.posts, found.size) == (2, 14)


@given(st.dictionaries(st.dates(), st.integers(1, 99), min_size=1, max_size=40))
def test_days_are_looked_at_where_something_is_usual_and_nowhere_else(days: dict[date, int]) -> None:
    first = min(days)
    found = dict(usual_days(Counter(days), first))
    assert len(found) <= 14 * len(days), "two thousand years of silence cost nothing"
    for day in days:
        for ahead in range(1, 20):
            if day.toordinal() + ahead <= date.max.toordinal():
                later = date.fromordinal(day.toordinal() + ahead)
                assert found.get(later, 0) == (usual_posts(days, later, first) or 0)
