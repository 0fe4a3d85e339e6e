from __future__ import annotations

import itertools
import re
import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Exchange
from crawler.learn.learn import learn
from crawler.learn.learned import Layout, Learned
from crawler.learn.site_toml.allowed import LABELS
from crawler.learn.site_toml.toml import BrokenToml, read, write
from crawler.reconstruct.habits import Habits
from crawler.reconstruct.kramdown.settings import _CANDIDATES
from tests.learn.made import site

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
LINES = TEXTS.map(lambda text: " ".join(text.split())).filter(lambda line: line.isprintable() and line.strip("# "))
PATHS = st.lists(TEXTS.filter(str.isprintable).map(lambda text: f"p{text}".replace(":", "")), max_size=3).map(tuple)
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
    first_seen=st.just("") | st.datetimes().map(lambda time: f"{time.isoformat()}Z"),
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
    kramdown=st.fixed_dictionaries(
        {},
        optional={
            "auto_id_prefix": TEXTS,
            "syntax_highlighter_opts": st.dictionaries(TEXTS, VALUES, max_size=3),
            "toc_levels": st.lists(st.integers(1, 6)) | st.just("1..3"),
            "math_engine": st.sampled_from([False, "mathjax"]),
            "hard_wrap": st.booleans(),
        },
    ),
    habits=st.builds(
        Habits,
        bullet=st.sampled_from("*-+"),
        ascii=st.text("“”‘’–—…"),
        setext=st.booleans(),
        list_gap=st.integers(1, 9),
        post_url=TEXTS.filter(str.isprintable).map(lambda text: f"{text}{{post}}"),
    ).map(Habits.as_mapping)
    | st.just({}),
    days=st.dictionaries(TEXTS.filter(bool), st.dates().map(str), max_size=2),
    samples=st.dictionaries(TEXTS.filter(bool), st.just("0af1" * 16), max_size=2),
    shared_names=st.lists(TEXTS.filter(bool).filter(str.isprintable).map(lambda text: f"2024-05-11-{text}"), max_size=2).map(
        tuple
    ),
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


def test_each_value_has_a_line_above_it_that_is_no_evidence_of_its_own() -> None:
    learned = Learned(
        "b",
        "https://a.example/",
        layouts=(Layout("post", "<a>", "</a>"),),
        habits=Habits().as_mapping(),
        kramdown={"input": "GFM"},
    )
    text = write(learned)
    lines = text.splitlines()
    bare = [line for above, line in itertools.pairwise(lines) if re.match(r"\w+ = |\[", line) and not above.startswith("# ")]
    assert bare == ['input = "GFM"', "[[layouts]]"], "the one is kramdown's own, and the other has its values below it"
    assert read(text) == learned


def test_a_mark_of_an_editor_before_the_first_line_is_none_of_the_text() -> None:
    text = 'name = "b"\nhome = "https://a.example/"\n[habits]\nbullet = "-"\n'
    assert read(f"\ufeff{text}") == read(text)


BROKEN = {
    'name = "b"\nhome = "https://a.example/"\nbuilt_for = "localhost"\n': 'line 3: built_for = "localhost"; write scheme and host alone, like http:',
    'name = "b"\nhome = "https://a.example/"\nsource = "rst"\n': "line 3: posts cannot be given back as 'rst'; write one of markdown, html",
    'name = "b"\nhome = "https://a.example/"\n[habits]\nbulet = "-"\n': "line 4: [habits] has no bulet; did you mean bullet?",
    'name = "b"\nhome = "https://a.example/"\n[near]\n"a.md" = 1\n': "line 4: a.md tells no habits; write { author =",
    'name = "b"\nhome = "https://a.example/"\n[near]\n"a.md" = { author = "A", bulet = "-" }\n': "line 4: [near] has no bulet;",
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
    'name = "b"\nhome = "https://a.example/"\n[[layouts]]\nname="p"\nstart="<a>"\nend="b"\nposts = "1"\n': "line 7: posts is no number of posts; write posts = 1",
    'name = "b"\nhome = "https://a.example/"\n[[layouts]]\nname="p"\nstart="a"\nend="b"\n[[layouts]]\nname = "p"\nstart="c"\nend="d"\n': "line 8: there are two layouts 'p'",
}


START = 'name = "b"\nhome = "https://a.example/"\n'
LAYOUT = f'{START}[[layouts]]\nname = "p"\nstart = "<a>"\nend = "</a>"\n'
#: What a person may write for a value that is not allowed, and what they are told is.
NOT_ALLOWED = {
    '[habits]\nbullet = "#"': 'line 4: bullet = "#" is not allowed; write one of "*", "-", "+"',
    "[habits]\nbullet = 5": 'line 4: bullet = 5 is not allowed; write one of "*", "-", "+"',
    "[habits]\nsetext = 1": "line 4: setext = 1 is not allowed; write true or false",
    "[habits]\nlist_gap = 0": "line 4: list_gap = 0 is not allowed; write a whole number from 1 on",
    "[habits]\nlist_lead = true": "line 4: list_lead = true is not allowed; write a whole number from 0 on",
    '[habits]\nascii = "x"': 'line 4: ascii = "x" is not allowed; write some of “”‘’–—…, those that are typed in ASCII',
    '[habits]\nrule = "--"': 'line 4: rule = "--" is not allowed; write a line of three or more *, - or _, like "---"',
    '[habits]\npost_url = "x"': 'line 4: post_url = "x" is not allowed; write a text with {post} in it, like "{post}", or ""',
    "[kramdown]\nhardwrap = true": "line 4: [kramdown] has no hardwrap; did you mean hard_wrap?",
    '[kramdown]\ntemplate = "string://<%= 1 %>"': "line 4: [kramdown] has no template; delete it",
    '[kramdown]\nhard_wrap = "yes"': 'line 4: hard_wrap = "yes" is not allowed; write true or false',
    '[kramdown]\nsmart_quotes = "no"': 'line 4: smart_quotes = "no" is not allowed; write four names of characters, like ["lsquo", "rsquo", "ldquo", "rdquo"]',
    '[kramdown]\nsmart_quotes = ["a", "b", "c", "d"]': "line 4: smart_quotes = ",
    "[kramdown]\ntoc_levels = 9": 'line 4: toc_levels = 9 is not allowed; write levels of headings, like [1, 2, 3] or "1..3"',
    '[kramdown]\ninput = "commonmark"': 'line 4: input = "commonmark" is not allowed; write one of "GFM", "kramdown"',
    '[kramdown]\nentity_output = "x"': 'line 4: entity_output = "x" is not allowed; write one of "as_char", "as_input", "numeric", "symbolic"',
    '[kramdown]\nfootnote_nr = "x"': 'line 4: footnote_nr = "x" is not allowed; write a whole number from 0 on',
    '[kramdown]\nsyntax_highlighter_opts = "x"': 'line 4: syntax_highlighter_opts = "x" is not allowed; write a table, like { name = true }',
    '[days]\n"a.html" = 5': 'line 4: a.html = 5 is not allowed; write a day, like "2024-05-11"',
    '[days]\n"a.html" = "2024-02-30"': 'line 4: a.html = "2024-02-30" is not allowed; write a day, like "2024-05-11"',
    "[days]\na = 2024-02-03": 'line 4: a = 2024-02-03 is not allowed; write a day, like "2024-05-11"',
    '[samples]\n"a.md" = "x"': 'line 4: a.md = "x" is not allowed; write nothing here by hand; learn --samples FILE does',
    'pages = ["https://a.example/x/"]': 'line 3: pages has "https://a.example/x/"; write what stands behind the home page\'s address',
    'feeds = [""]': 'line 3: feeds has ""; write what stands behind the home page\'s address, like',
    'plugins = ["a b"]': 'line 3: plugins has "a b"; write the name of a plugin, like jekyll-feed',
    'shared_names = ["hello"]': 'line 3: shared_names has "hello"; write days and slugs, like 2024-05-11-hello',
    'front_matter = "title: x"': "line 3: front_matter has no front matter (---, keys, ---); write the beginning of a source post",
}


@pytest.mark.parametrize("line", [*NOT_ALLOWED, "zone = 5", 'zome = "UTC"', 'zone = "Berlin"', 'source = "rst"'])
def test_a_wrong_value_is_told_before_what_is_missing(line: str) -> None:
    with pytest.raises(BrokenToml) as error:
        read(f"{line}\n")
    assert str(error.value).startswith(f"line {line.count(chr(10)) + 1}: ")
    with pytest.raises(BrokenToml, match=r"^name is missing"):
        read('zone = "UTC"\n')


@pytest.mark.parametrize("line", NOT_ALLOWED)
def test_a_value_that_is_not_allowed_is_told_with_those_that_are(line: str) -> None:
    with pytest.raises(BrokenToml) as error:
        read(f"{START}{line}\n")
    assert str(error.value).startswith(NOT_ALLOWED[line])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ("posts = true", "line 7: posts is no number of posts; write posts = 1"),
        ("posts = -1", "line 7: posts is no number of posts; write posts = 1"),
        ('last_seen = "soon"', 'line 7: last_seen is no time; write last_seen = "2024-05-11T08:30:00Z", or ""'),
        ('title = "h1"', "line 7: title is no list of texts"),
    ],
)
def test_a_layout_s_values_are_checked_too(line: str, told: str) -> None:
    with pytest.raises(BrokenToml, match=re.escape(told)):
        read(f"{LAYOUT}{line}\n")


def test_every_kind_that_learning_writes_is_allowed() -> None:
    """Also what TOML does not have: Jekyll takes nothing at all for the same as false."""
    for _, change in _CANDIDATES:
        text = write(Learned("b", "https://a.example/", kramdown=change))
        assert read(text).kramdown == {name: value or False for name, value in change.items()}
    assert read(write(Learned("b", "https://a.example/", habits=Habits().as_mapping()))).habits == Habits().as_mapping()


def test_what_hostile_pages_make_is_a_file_that_can_be_read() -> None:
    """Days that there are not, paths that are addresses, and ends of lines in them."""
    made = site(layouts=("classed", "wide"))
    body = next(answer.body for answer in made.answers if answer.url == made.url(next(iter(made.truth))))
    more = ["2020/99/99/x/", "https://evil.example/2020/01/02/x/", "a%0A=%22/2020/01/02/x%22/", "2020/02/30/%00/", "x=/y/"]
    dates = [b"9999-99-99T00:00:00Z", b"2020-02-30", b"soon", b'"]\n[habits]\nx=1', b"2020-01-01"]
    heads = [b'</title><meta property="article:published_time" content="%s">' % date.replace(b'"', b"&quot;") for date in dates]
    answers = [
        Exchange(f"{made.home}{path}", 200, body.replace(b"</title>", head, 1)) for path, head in zip(more, heads, strict=True)
    ]
    learned = learn("blog", made.home, [*made.answers, *answers])
    assert read(write(learned)) == learned
    assert not any("evil" in path for path in (*learned.pages, *learned.own_permalinks, *learned.days))


def test_a_table_of_a_table_is_told_with_its_place() -> None:
    with pytest.raises(BrokenToml, match=r"^line 4: gfm_quirks = "):
        read(f"{START}[kramdown]\n[kramdown.gfm_quirks]\na = 1\n")


@pytest.mark.parametrize("text", BROKEN)
def test_what_a_person_broke_is_said_in_one_line_with_its_place(text: str) -> None:
    with pytest.raises(BrokenToml) as error:
        read(text)
    assert str(error.value).startswith(BROKEN[text])
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("labels", "fits"), [('["a", "b"]', True), ('["a", "b", "/c"]', True), ('["a"]', False), ('["a", 1]', False)]
)
def test_labels_of_links_have_an_address_or_none(labels: str, fits: bool) -> None:
    assert LABELS.fits(tomllib.loads(f"x = {labels}")["x"]) is fits


@pytest.mark.parametrize("mark", ['"""', "'''"])
def test_lines_within_a_text_are_no_lines_of_the_file(mark: str) -> None:
    """Somebody who narrows a layout may write several lines of a page as they are."""
    start = f"start = {mark}\n[[links]]\n# no evidence\nposts = <p>\n{mark}\n"
    text = f'name = "a"\nhome = "https://a.example/"\n\n[[layouts]]\nname = "post"\n{start}# by me\nend = "</p>"\n'
    found = read(text)
    assert found.layouts == (Layout("post", "[[links]]\n# no evidence\nposts = <p>\n", "</p>"),)
    assert found.evidence == {"layout.post.end": "by me"}
    with pytest.raises(BrokenToml, match=r"^line 13: nothing is called note here"):
        read(f"{text}note = 1\n")
