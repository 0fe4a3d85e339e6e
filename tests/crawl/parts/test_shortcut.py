"""The home page alone tells which listings may hold anything unseen."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.shortcut import LATE, must_open, when_to_reopen

NEWEST = 5


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(0, 30)), max_size=8))
def test_nothing_unseen_is_left_behind(tags: list[tuple[int, int]]) -> None:
    """``tags``: how many posts each has, and how many of its older ones are known."""
    sections, seen, posts = [], set(), {}
    for name, (number, known) in enumerate(tags):
        urls = [f"{name}/{n}" for n in range(number)]  # the newest first
        posts[name] = urls
        seen.update(urls[number - min(known, number) :])
        sections.append(urls[:NEWEST])
    opened = must_open(sections, NEWEST, seen.__contains__)
    found = seen.union(*sections, *(posts[int(part[0].split("/")[0])] for part in opened))
    assert found == {url for urls in posts.values() for url in urls}


@given(st.lists(st.text("ab", min_size=1, max_size=3), max_size=NEWEST, unique=True), st.data())
def test_a_section_with_a_known_post_is_left_alone(urls: list[str], data: st.DataObject) -> None:
    known = {data.draw(st.sampled_from(urls))} if urls else set()
    assert must_open([urls], NEWEST, known.__contains__) == []


def test_a_section_that_shows_all_it_has_is_left_alone() -> None:
    assert must_open([["1", "2", "3", "4"], []], NEWEST, set().__contains__) == []


BEGIN = datetime(2022, 3, 1, tzinfo=UTC)
MINUTES = st.integers(0, 90).map(lambda number: timedelta(minutes=number))
LATENESS = st.integers(0, int(LATE.total_seconds() // 60)).map(lambda number: timedelta(minutes=number))


@given(st.lists(st.tuples(MINUTES, LATENESS), min_size=6, max_size=40), st.lists(MINUTES, min_size=3, max_size=20))
def test_posts_that_come_late_are_found_without_a_sweep(
    posts: list[tuple[timedelta, timedelta]], runs: list[timedelta]
) -> None:
    """One tag; the first run knows all that is up. Whenever runs come, in the end everything is known."""
    dates = {f"{n}": BEGIN + date for n, (date, _) in enumerate(posts)}
    up_from = {f"{n}": BEGIN + date + late for n, (date, late) in enumerate(posts)}
    end = max([*up_from.values(), BEGIN + max(runs)]) + timedelta(minutes=1)
    known: set[str] = set()
    looked: datetime | None = None
    due: datetime | None = None
    for now in [*sorted({BEGIN + run for run in runs}), end, end + LATE, end + 2 * LATE]:
        up = sorted((post for post in dates if up_from[post] <= now), key=lambda post: (dates[post], post), reverse=True)
        shown = up[:NEWEST]
        opens = looked is None or bool(must_open([shown], NEWEST, known.__contains__)) or (due is not None and due <= now)
        if len(shown) == NEWEST and looked is not None and due is None:
            due = when_to_reopen(dates[shown[-1]], looked)
        known.update(up if opens else shown)
        due = None if opens else due
        looked = now
    assert known == set(dates)
