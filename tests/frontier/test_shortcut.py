"""The home page alone tells which listings may hold anything unseen."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from crawler.frontier.shortcut import must_open

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
