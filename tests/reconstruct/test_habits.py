"""Habits are read out of the samples that a person still has."""

from __future__ import annotations

from crawler.reconstruct import Converter, Habits, give_back, habits_of

SAMPLE = """One
===

  -   __a__ _b_
  -   c

 1.  d
 2.  e

[http://a.b](http://a.b) and [x]({% post_url /2020/2020-01-02-a %})

* * *

Text:

    code

~~~ ruby
- - -
_x_
~~~
"""


def test_each_habit_is_found():
    assert habits_of([SAMPLE]) == Habits(
        bullet="-",
        emphasis="_",
        strong="__",
        rule="* * *",
        fence="~",
        fenced=False,
        front_gap=0,
        setext=True,
        autolinks=False,
        list_lead=2,
        list_gap=3,
        number_lead=1,
        number_gap=2,
        post_url="/{year}/{post}",
    )


def test_without_samples_they_are_the_default_ones():
    assert habits_of([]) == habits_of(["\nText.\n"]) == Habits()


def test_one_text_that_was_pasted_does_not_decide_on_typography():
    assert habits_of(["It’s “so”"]).ascii == Habits().ascii
    assert "’" not in habits_of(["It’s “so”"] * 3).ascii
    assert "—" in habits_of(["a --- b"] * 2).ascii


def test_strong_text_has_a_habit_of_its_own():
    found = habits_of(["_a_ and **b**"])
    assert (found.emphasis, found.strong) == ("_", "**")


def test_only_an_outer_item_tells_how_far_lists_stand_from_the_margin():
    found = habits_of(["- a\n  - b\n\n  - c\n  1. d\n  2. e\n"])
    assert (found.list_lead, found.number_lead) == (0, 0)
    assert habits_of(["Text:\n\n  - a\n    - b\n    - c\n"]).list_lead == len("  ")


def test_one_kind_of_list_tells_the_column_of_the_other():
    assert habits_of(["*   a\n*   b\n"]).number_gap == len("  ")
    assert habits_of(["1.  a\n2.  b\n"]).list_gap == len("   ")
    assert habits_of(["*   a\n\nText\n\n1. b\n"]).number_gap == 1


def test_html_tells_how_its_elements_end():
    assert habits_of(['<img src="a/b" /> <br /> <hr>']).void_end == " />"
    assert habits_of(["<br/>"]).void_end == "/>"


def test_tables_tell_how_far_cells_and_dashes_stand_from_the_bars():
    found = habits_of(["|a|b|\n| --- | --- |\n|c|d|\n"])
    assert (found.table_gap, found.table_rule_gap) == (0, 1)


def test_they_go_into_a_file_and_come_back():
    habits = habits_of([SAMPLE])
    assert Habits.of(habits.as_mapping()) == habits
    assert Habits.of({"bullet": 1, "list_gap": "x", "other": True}) == Habits()


def test_a_samples_ends_and_breaks_are_habits() -> None:
    found = habits_of(["\n\nOne<br>\ntwo  \nthree<br/>\nfour\n"])
    assert (found.front_gap, found.html_breaks, found.end_lines) == (2, True, 1)
    assert habits_of(["a\n\n\n"]).end_lines == habits_of(["a"]).end_lines == 1
    assert (habits_of(["a\n\n\n"] * 2).end_lines, habits_of(["a"] * 2).end_lines) == (3, 0)


def test_links_by_reference_are_a_habit() -> None:
    found = habits_of(["\n[a][] and [b][]\n\n[a]: /a\n[b]: /b\n"])
    assert (found.links, found.references) == ("collapsed", "\n\n{definitions}\n")
    assert habits_of(["[a](/a) `[b][]` [c][c]\n\n[c]: /c\n", "[d](/d)\n"]).links == "inline"
    assert habits_of(["Text\n\n\n{% include x.md %}\n"]).ending == "\n\n\n{% include x.md %}\n"
    assert habits_of(["Text\n\n{% include x.md %}\n", "Other\n", "More\n"]).ending == ""


def test_the_base_before_post_url_is_part_of_the_habit(converter: Converter) -> None:
    habits = habits_of(["[a]({{ site.baseurl }}{% post_url 2020-01-02-a %})\n"])
    assert habits.post_url == "{{ site.baseurl }}{post}"
    body = give_back('<p><a href="/a.html#x">A</a></p>', converter, habits, {"/a.html": "2020-01-02-a"})
    assert body.text == "[A]({{ site.baseurl }}{% post_url 2020-01-02-a %}#x)\n"


def test_an_empty_line_of_a_quote_is_spelt_as_in_the_sample(converter: Converter) -> None:
    for body in ("> a\n> \n> b\n", "> a\n>\n> b\n"):
        content = (converter.convert([body])[0] or "").strip()
        assert give_back(content, converter, habits_of([body])).text == body


def test_numbers_stand_as_far_from_the_margin_as_bullets() -> None:
    assert habits_of(["  * a\n  * b\n"]).number_lead == len("  ")
    assert habits_of(["  * a\n\nText\n\n1. b\n"]).number_lead == 0
