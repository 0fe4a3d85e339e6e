"""Habits are read out of the samples that a person still has."""

from __future__ import annotations

from crawler.reconstruct import Habits, habits_of

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
        rule="* * *",
        fence="~",
        fenced=False,
        setext=True,
        autolinks=False,
        list_lead=2,
        list_gap=3,
        number_lead=1,
        number_gap=2,
        post_url="/{year}/{post}",
    )


def test_without_samples_they_are_the_default_ones():
    assert habits_of([]) == habits_of(["Text.\n"]) == Habits()


def test_one_text_that_was_pasted_does_not_decide_on_typography():
    assert habits_of(["It’s “so”"]).ascii == Habits().ascii
    assert "’" not in habits_of(["It’s “so”"] * 3).ascii
    assert "—" in habits_of(["a --- b"] * 2).ascii


def test_they_go_into_a_file_and_come_back():
    habits = habits_of([SAMPLE])
    assert Habits.of(habits.as_mapping()) == habits
    assert Habits.of({"bullet": 1, "list_gap": "x", "other": True}) == Habits()
