from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup.same_text import first_difference, letters_and_images, same_text


@pytest.mark.parametrize(
    ("page", "answer"),
    [
        ("<p>a</p>\n<p>b</p>", "<p>\u3000\u3000a</p>\n <p>b</p>"),
        ("<p>a<br />b</p>", "<p>a<br/>b</p>"),
        ('<p><a href="/?a=1&amp;b=2">x</a></p>', '<p><a href="/?a=1&b=2">x</a></p>'),
        ("<p>a<b>b&lt;/p&gt;\n <p>c</p>", "<p>a<b>b</p>\n <p>c</p>"),
        ("<p>\u2013\u201cx\u201d\u2026<em>y</em></p>", '--"x"...*y*'),
        ("<p>5 &lt; 6 &gt; 4</p>", "<p>5 < 6 > 4</p>"),
        ("<p>a</p><!-- EM -->", "<p>a</p>"),
        ("<ol>\n  <li>x</li>\n</ol>", "1. x"),
        ("<p>a</p>", "<p>a{{ site.x }}</p>"),
        ('<p><a href="http://a.b">http://a.b</a></p>', "<http://a.b>"),
    ],
)
def test_what_kramdown_changes_is_the_same_text(page: str, answer: str) -> None:
    assert same_text(page, answer)


@pytest.mark.parametrize(
    ("page", "answer"),
    [
        ("<p>profit rose 3%</p>", "<p>profit rose 5%</p>"),
        ("<p>a</p>", "<p>a</p><p>b</p>"),
        ("<p>a</p>", ""),
        ('<p>a<img src="1.png" /></p>', '<p>a<img src="2.png"/></p>'),
    ],
)
def test_an_edit_is_another_text(page: str, answer: str) -> None:
    assert not same_text(page, answer)


@given(
    st.lists(st.sampled_from(["<p>", "</p>", "<b>", '<a href="x">', "&amp;", "&#65;", "<br/>", "，", " ", "\n"]), max_size=30),
    st.text("甲乙丙abc123", min_size=1, max_size=30),
    st.data(),
)
def test_the_place_where_a_page_parts_from_its_answer_is_its_first_other_letter(marks: list[str], letters: str, data) -> None:
    edited = data.draw(st.integers(0, len(letters) - 1))
    other = letters[:edited] + "庚" + letters[edited + 1 :]
    places = sorted(data.draw(st.integers(0, len(letters))) for _ in marks)
    page, answer, at = "", "", None
    for number, letter in enumerate([*letters, ""]):
        page += "".join(mark for mark, place in zip(marks, places, strict=True) if place == number)
        if number == edited:
            at = len(page)
        page += letter
    visible = letters_and_images(page)
    answer = visible.replace(letters[edited], "庚") if visible.count(letters[edited]) == 1 else None
    if answer is None:  # a letter that stands there twice cannot be found again by its look
        assert first_difference(page, visible) is None
        return
    assert other.count("庚") == 1
    assert first_difference(page, answer) == at


def test_a_page_that_ends_before_its_answer_parts_nowhere() -> None:
    assert first_difference("<p>甲乙</p>", "甲乙丙") is None
    assert first_difference('<p>甲</p><img src="a.png">', "<p>甲</p>") is None


@pytest.mark.parametrize("piece", ["<!--", "{{", "{%", "<a ", "<img ", "<img src=a ", "\n", "\n1", "&#"])
def test_what_is_never_closed_takes_no_quadratic_time(piece: str) -> None:
    assert not same_text("x", piece * 100_000 + "y")
    assert first_difference(piece * 100_000 + "y", "x") is not None
