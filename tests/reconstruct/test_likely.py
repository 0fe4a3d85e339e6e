"""Habits that the contents of a site make likelier than the defaults."""

from __future__ import annotations

import pytest

from crawler.learn.learned import Layout, Learned
from crawler.learn.site_toml.toml import write
from crawler.reconstruct import Habits, habits_of
from crawler.reconstruct.likely import likely
from crawler.upkeep.sampled import with_samples

ITEMS = "<p>Nets and boats.</p>\n<ul>\n  <li>{}</li>\n</ul>\n"
ASIAN = "<p>一些关于船和网的文字，写在这里。</p>\n" + ITEMS.format("网")


@pytest.mark.parametrize(
    ("year", "content", "bullet"),
    [
        ("2010", ITEMS.format("<strong>Nets</strong> of hemp"), None),
        ("2019", ITEMS.format("<strong>Nets</strong> of hemp"), "-"),
        ("2019", ITEMS.format("Nets"), None),
        ("2010", ASIAN, "-"),
        ("2010", f"{ITEMS.format('Nets')}<pre><code>{'网' * 90}</code></pre>", None),
    ],
)
def test_bullets_are_those_of_most_sites_of_that_time_and_writing(year, content, bullet):
    habits, evidence = likely([(f"{year}-05-1{day}-x", content) for day in range(5)])
    assert (habits.get("bullet"), "bullet" in evidence) == (bullet, bullet is not None)


@pytest.mark.parametrize(
    ("link", "is_typed"),
    [
        ('<a href="http://a.example/">http://a.example</a>', True),
        ('<a href="https://a.example/b">www.a.example/b</a>', True),
        ('<a href="http://a.example/">http://a.example/</a>', False),
        ('<a href="http://a.example/">http://b.example/</a>', False),
    ],
)
def test_an_address_whose_text_is_another_form_of_it_was_typed_twice(link, is_typed):
    habits, evidence = likely([("2010-05-11-x", f"<p>{link}</p>\n"), ("2010-05-12-y", "<p>Nets.</p>\n")])
    assert (habits, list(evidence)) == (({"autolinks": False}, ["autolinks"]) if is_typed else ({}, []))


def test_samples_go_before_what_is_likely():
    assert habits_of(["- a"], {"bullet": "+", "autolinks": False}) == habits_of(["- a\n\n[http://a.b](http://a.b)"])
    assert habits_of([], {"bullet": "-"}) == Habits(bullet="-")


def test_the_file_says_what_makes_a_habit_likely():
    known = Learned("blog", "https://a.example/", layouts=(Layout("post", "<main>", "</main>"),), source="markdown")
    pages = [(f"2019-05-1{day}-x", "", ASIAN) for day in range(5)]
    blind = write(with_samples(known, {}, lambda names: iter([] if names else pages)))
    line = "# the text is Chinese, Japanese or Korean: of forty such sites thirty-two have hyphens"
    assert f'{line}\nbullet = "-"\n' in blind
    text = "---\ntitle: A\n---\n* a\n* b\n"
    sampled = write(with_samples(known, {"2019-05-19-y.md": text}, lambda names: iter([] if names else pages)))
    assert 'bullet = "*"\n' in sampled
    assert line not in sampled
