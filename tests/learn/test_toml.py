from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.learn.learn import learn
from crawler.learn.learned import Layout, Learned
from crawler.learn.toml import BrokenToml, read, write
from crawler.reconstruct.habits import Habits
from tests.learn.made import site

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
LINES = TEXTS.map(lambda text: " ".join(text.split())).filter(lambda line: line.isprintable() and line.strip("# "))
PATHS = st.lists(TEXTS, max_size=3).map(tuple)
SELECTORS = st.lists(st.sampled_from(["h1", ".a b", 'meta[property="og:title"]']), max_size=2).map(tuple)
VALUES = st.recursive(
    st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False) | TEXTS,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXTS, inner, max_size=2),
    max_leaves=4,
)
LAYOUTS = st.builds(
    Layout,
    name=st.just("post"),
    start=TEXTS.filter(bool),
    end=TEXTS,
    title=SELECTORS,
    time=SELECTORS,
    tags=SELECTORS,
    posts=st.integers(0, 10**6),
    first_seen=TEXTS,
)
LEARNED = st.builds(
    Learned,
    name=TEXTS.filter(bool),
    home=st.just("https://blog.example/base/"),
    zone=st.sampled_from(["UTC", "Europe/Berlin"]),
    permalink=st.sampled_from(["pretty", "/:title/"]),
    own_permalinks=PATHS,
    pages=PATHS,
    feeds=PATHS,
    layouts=LAYOUTS.map(lambda one: (one,)),
    generator=TEXTS,
    kramdown=st.dictionaries(TEXTS.filter(bool), VALUES, max_size=3),
    habits=st.builds(Habits, bullet=TEXTS, setext=st.booleans(), list_gap=st.integers(0, 9)).map(Habits.as_mapping)
    | st.just({}),
    liquid=st.dictionaries(
        st.from_regex(r"\{% include [a-z]{1,9}\.html( a=\"[^\"{}%]{0,9}\")? %\}", fullmatch=True),
        TEXTS.map(lambda text: f"<b>{text}".replace("{", "")),
        max_size=3,
    ),
    near=st.dictionaries(TEXTS.filter(bool), st.just({"author": "Ann", "bullet": "-", "list_gap": 3}), max_size=2),
    constants=PATHS,
    missing=PATHS,
    evidence=st.dictionaries(
        st.sampled_from(["zone", "pages", "kramdown", "layout.post", "layout.post.start", "layout.post.tags"]), LINES
    ),
)


@given(LEARNED)
def test_what_is_written_is_read_back(learned: Learned) -> None:
    text = write(learned)
    assert tomllib.loads(text)["home"] == learned.home
    found = read(text)
    if learned.kramdown or "kramdown" in learned.evidence:
        assert found.evidence == learned.evidence
    assert (found.layouts, found.kramdown, found.habits) == (learned.layouts, learned.kramdown, learned.habits)
    assert (found.liquid, found.near, found.constants, found.missing) == (
        learned.liquid,
        learned.near,
        learned.constants,
        learned.missing,
    )
    assert (found.own_permalinks, found.pages, found.feeds) == (learned.own_permalinks, learned.pages, learned.feeds)


def test_what_was_learned_is_read_back_with_its_evidence() -> None:
    made = site(layouts=("classed", "wide"))
    learned = learn("blog", made.home, made.answers)
    assert read(write(learned)) == learned
    assert "# what a feed has as the content stands between these texts in " in write(learned)


def test_a_mark_of_an_editor_before_the_first_line_is_none_of_the_text() -> None:
    text = 'name = "b"\nhome = "https://a.example/"\n[habits]\nbullet = "-"\n'
    assert read(f"\ufeff{text}") == read(text)


BROKEN = {
    'name = "b"\nhome = "https://a.example/"\nsource = "rst"\n': "line 3: posts cannot be given back as 'rst'; write one of markdown, html",
    'name = "b"\nhome = "https://a.example/"\n[habits]\nbulet = "-"\n': "line 4: no habit is called bulet; did you mean bullet?",
    'name = "b"\nhome = "https://a.example/"\n[habits]\nbullet = 5\n': "line 4: bullet = 5 is no habit; write a text",
    'name = "b"\nhome = "https://a.example/"\n[habits]\nsetext = 1\n': "line 4: setext = 1 is no habit; write true or false",
    'name = "b"\nhome = "https://a.example/"\n[near]\n"a.md" = 1\n': "line 4: a.md tells no habits; write { author =",
    'name = "b"\nhome = "https://a.example/"\n[near]\n"a.md" = { author = "A", bulet = "-" }\n': "line 4: no habit is called bulet;",
    'name = "b"\nhome = "https://a.example/"\n[liquid]\n"{% include a.html %}" = 1\n': "line 4: what {% include a.html %} gives is no text",
    'name = "b"\nhome = "https://a.example/"\n[liquid]\n"{% youtube a %}" = "<b>"\n': "line 4: {% youtube a %}: this is no tag that can be",
    'name = "b"\nhome = "https://a.example/"\n[liquid]\n"{% include ../a %}" = "<b>"\n': "line 4: {% include ../a %}: an include lies in",
    'name = "b"\nhome = "https://a.example/"\nmissing = "a"\n': "line 3: missing is no list of texts",
    'name = "blog"\nhome = "https://a.example/"\nzone = ': "line 3: this is no TOML: Invalid value",
    'name = "blog"\nhome = "https://a.example/"\nzome = "UTC"\n': "line 3: nothing is called zome here; did you mean zone?",
    'name = "blog"\nhome = "a.example"\n': "line 2: the home 'a.example' is no address of a site",
    'name = "blog"\n# why\nhome = "https://a.example"\n': "line 3: the home 'https://a.example' is no address of a site",
    'home = "https://a.example/"\n': 'name is missing; write name = "..."',
    'name = "b"\nhome = "https://a.example/"\nfeeds = "feed.xml"\n': 'line 3: feeds is no list of texts; write feeds = ["one", "two"]',
    'name = "b"\nhome = "https://a.example/"\nzone = "Berlin"\n': "line 3: there is no time zone 'Berlin'; write it like Europe/Berlin",
    'name = "b"\nhome = "https://a.example/"\npermalink = "/:year/"\n': "line 3: permalink '/:year/' names no :title",
    'name = "b"\nhome = "https://a.example/"\nkramdown = 1\n': "line 3: kramdown is no table; write [kramdown] and its values below it",
    'name = "b"\nhome = "https://a.example/"\nlayouts = 1\n': "line 3: layouts is no table; write [[layouts]]",
    'name = "b"\nhome = "https://a.example/"\n[[layouts]]\nname = "post"\nend = ""\n': 'line 3: start is missing; write start = "..."',
    'name = "b"\nhome = "https://a.example/"\n[[layouts]]\nname="p"\nstart="<a>"\nend="b"\ntitle = ["a:hover"]\n': "line 7: title: selector 'a:hover'",
    'name = "b"\nhome = "https://a.example/"\n[[layouts]]\nname="p"\nstart="<a>"\nend="b"\nposts = "1"\n': "line 7: posts is no number; write posts = 1",
    'name = "b"\nhome = "https://a.example/"\n[[layouts]]\nname="p"\nstart="a"\nend="b"\n[[layouts]]\nname = "p"\nstart="c"\nend="d"\n': "line 8: there are two layouts 'p'",
}


@pytest.mark.parametrize("text", BROKEN)
def test_what_a_person_broke_is_said_in_one_line_with_its_place(text: str) -> None:
    with pytest.raises(BrokenToml) as error:
        read(text)
    assert str(error.value).startswith(BROKEN[text])
    assert "\n" not in str(error.value)
