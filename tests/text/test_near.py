"""The same story in several media: found, and nothing else taken for it. ``python -m tests.text`` prints the figures."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crawler.text.near import THRESHOLD, WINDOW, Groups, signature, similarity
from tests.text.pairs import Pair, made_pairs, measured

NOW = datetime(2022, 3, 1, tzinfo=UTC)


def test_precision_and_recall_on_made_pairs() -> None:
    found = measured(made_pairs(seed=3, number=150))
    assert found.precision == 1
    assert found.recall > 0.95


def test_the_first_of_a_story_names_its_group_for_a_week() -> None:
    (pair,) = made_pairs(seed=1, number=1)[:1]
    groups = Groups()
    assert groups.group("a", NOW, signature(pair.one)) == "a"
    assert groups.group("b", NOW + timedelta(hours=1), signature(pair.one + "（完）")) == "a"
    assert groups.group("c", NOW + WINDOW - timedelta(hours=1), signature(pair.one)) == "a"
    assert groups.group("d", NOW + WINDOW + timedelta(hours=1), signature(pair.one)) == "d"


def test_texts_too_short_to_tell_are_alone() -> None:
    groups = Groups()
    assert [groups.group(name, NOW, signature("今日休市。")) for name in "ab"] == ["a", "b"]


@given(st.text(min_size=60, max_size=300))
def test_a_text_is_like_itself_whatever_its_blanks(text: str) -> None:
    found = signature(text)
    assert found == signature(" ".join(text)) or not found
    assert not found or similarity(found, found) == 1


def test_memory_is_that_of_a_week() -> None:
    groups = Groups()
    for number, pair in enumerate(made_pairs(seed=5, number=200)):
        groups.group(str(number), NOW + number * timedelta(days=1), signature(pair.other))
    assert len(groups._firsts) <= 8
    assert sum(map(len, groups._bands)) <= 8 * 24
    assert isinstance(pair, Pair)
    assert 0 < THRESHOLD < 1
