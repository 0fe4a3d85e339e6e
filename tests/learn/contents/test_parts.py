from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.learn.fields.shown_categories import ShownNames
from crawler.learn.layouts.anchors import _rising
from crawler.learn.layouts.content import between, content_of
from crawler.learn.layouts.edges import without_edges
from crawler.learn.layouts.tokens import common_end, common_start, sides, tokens, written
from crawler.learn.layouts.verbatim import verbatim
from crawler.learn.learned import ANYTHING, Layout
from crawler.learn.rule import is_dated, rule_of
from crawler.learn.zone import zone_of

BYTES = st.lists(
    st.sampled_from([b"<p>", b"</p>", b"a", b" ", b"\n", b'<div class="x">', b"</div>", b"<!-- c -->", b"<b"]), max_size=30
).map(b"".join)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=5))
def test_a_common_start_is_the_longest(several: list[bytes]) -> None:
    start = common_start(several)
    assert all(one.startswith(start) for one in several)
    assert len({one[: len(start) + 1] for one in several}) > 1 or start in several
    assert common_end([one[::-1] for one in several]) == start[::-1]


@given(BYTES)
def test_tokens_are_the_page_but_for_white_space(body: bytes) -> None:
    found = list(tokens(body))
    assert all(body[token.start : token.end] == token.text and token.text.strip() for token in found)
    assert b"".join(token.text for token in found).translate(None, b" \n") == body.translate(None, b" \n")


@given(BYTES, BYTES, BYTES)
def test_what_stands_beside_a_content_finds_it(before: bytes, content: bytes, behind: bytes) -> None:
    content = b"<i>" + content + b"</i>"
    body = before + b"<main id=here>\n" + content + b"\n<hr class=end>" + behind
    first = len(before) + len(b"<main id=here>\n")
    left, right = sides(body, first, first + len(content))
    start, end = written(left.first(1), ahead=False), written(right.first(1), ahead=True)
    assert between(body, start, end) == (first, first + len(content))


@given(st.lists(st.integers(0, 20), max_size=30))
def test_the_longest_rising_row_is_found(values: list[int]) -> None:
    row = [values[number] for number in _rising(values)]
    assert row == sorted(set(row))
    longest = [1] * len(values)
    for number, value in enumerate(values):
        longest[number] += max((longest[one] for one in range(number) if values[one] < value), default=0)
    assert len(row) == max(longest, default=0)


def test_of_two_layouts_the_narrower_counts() -> None:
    wide = Layout("wide", "<main>", "</main>")
    narrow = Layout("narrow", '<div class="e">', "</div><hr>")
    page = b'<main><div class="e"> <p>a</p></div><hr></main>'
    for layouts in ((wide, narrow), (narrow, wide)):
        assert content_of(page, layouts) == (narrow, 22, 30)
    assert content_of(b"<main> a </main>", (wide, narrow)) == (wide, 7, 8)
    assert content_of(b"<p>a", (wide, narrow)) is None


def test_a_text_that_differs_is_skipped_in_a_layout() -> None:
    layout = Layout("post", f"<h2>{ANYTHING}</h2><p>{ANYTHING}</p>", f"<p>{ANYTHING}</p></body>")
    page = b"<h2>T</h2><p>May 1</p>\n<p>one</p>\n<p>by A</p></body>"
    found = content_of(page, (layout,))
    assert found is not None
    assert page[found[1] : found[2]] == b"<p>one</p>"


@pytest.mark.parametrize(
    ("page", "content", "found"),
    [
        ("<b>x</b><p>One two three four.</p>", "<p>One two three four.</p>\n", "<p>One two three four.</p>"),
        (
            "<div><p>One two</p> <p>three four.</p></div>",
            "<p>One\ntwo</p>\n\n<p>three four.</p>",
            "<p>One two</p> <p>three four.</p>",
        ),
        ("<p>One two three four.</p><p>One two three four.</p>", "<p>One two three four.</p>", None),
        ("<p>One two three four.</p>", "<p>One two three five.</p>", None),
        ("<p>a</p>", "<p>a</p>", None),
    ],
)
def test_the_content_of_a_feed_is_found_where_it_stands_once(page: str, content: str, found: str | None) -> None:
    span = verbatim(page.encode(), content)
    assert (page.encode()[slice(*span)].decode() if span else None) == found


def test_forms_and_footers_are_no_content() -> None:
    page = b"<!-- choose --><select><option>a</select> <p>text</p>\n<hr>\n<footer>by A</footer>"
    assert page[slice(*without_edges(page, (0, len(page))))] == b"<p>text</p>"
    plain = b"<p>text</p><hr>"
    assert without_edges(plain, (0, len(plain))) == (0, len(plain))


def test_addresses_with_dates_are_those_of_posts() -> None:
    dated = ("2020/01/02/a/", "en/2020/1/2/a.html", "2020/05/a", "2020-01-02-a.html", "2020/W05/Mon/a.html")
    dated += ("2007/08/1408/", "blog/2010/01/2010.html")  # called after a number: a film, a year
    others = ("2020/01/02/", "2020/", "2020/01/2.html", "2020/13/a", "a/", "docs/2.0/", "2020/05/", "2020/01/02/a.html/b")
    assert [one for one in (*dated, *others) if is_dated(one)] == list(dated)


def test_posts_that_break_the_rule_are_told() -> None:
    paths = [f"2020/01/{day:02}/a/" for day in range(1, 20)]
    rule = rule_of([*paths, "about-me/", "News/2020/01/02/b/"], {"about/"})
    assert rule.permalink == "pretty"
    assert rule.broken == ("News/2020/01/02/b/", "about-me/")  # Jekyll writes categories in lower case


def test_folders_of_a_date_are_no_categories_where_the_rule_has_none() -> None:
    dated = ("2013/05/01/a/", "2014/11/b/", "sea/2014/11/02/c/")
    rule = rule_of(
        [*(f"{name}/{number}/" for number in range(9) for name in ("sea", "land/2014")), *dated], have_categories=True
    )
    assert (rule.permalink, rule.broken) == ("/:categories/:title/", dated)


@pytest.mark.parametrize(
    ("names", "permalink"),
    [(("sea", "tide"), "/blog/:categories/:title/"), (("blog", "sea", "tide"), "/:categories/:title/")],
)
def test_a_folder_that_all_posts_are_in_is_a_category_if_posts_are_shown_to_have_it(
    names: tuple[str, ...], permalink: str
) -> None:
    posts = ["blog/sea/a/", "blog/sea/tide/b/", "blog/tide/c/", "blog/d/"]
    assert rule_of(posts, names=ShownNames(known=frozenset(names)), have_categories=True).permalink == permalink
    dated = [f"blog/sea/2020/01/{day:02}/a.html" for day in range(1, 9)] + ["blog/tide/2020/02/01/a.html"]
    expected = permalink.replace(":title/", ":year/:month/:day/:title.html")
    assert rule_of(dated, names=ShownNames(known=frozenset(names))).permalink == ("date" if "blog" in names else expected)


def test_a_rule_that_fits_other_pages_as_well_is_worse() -> None:
    posts = ["en/2020/01/02/a/", "ja/2020/01/03/b/", "en/x/", "en/y/", "en/z/"]
    assert rule_of(posts, {f"en/page-{number}/" for number in range(9)}).permalink == "pretty"


def test_a_rule_that_few_posts_follow_is_none() -> None:
    posts = [*(f"sea/tide-{number}/" for number in range(20)), *(f"land/hill-{number}/" for number in range(20))]
    strays = ["2020-01-02-a/", "2020-01-03-b/"]
    others = {f"land/page-{number}/" for number in range(90)}
    assert rule_of([*posts, *strays], others).permalink == "/:categories/:title/"


@pytest.mark.parametrize("name", ["America/New_York", "Europe/Berlin", "Asia/Shanghai", "Asia/Kolkata", "Asia/Kathmandu"])
def test_the_zone_has_the_offsets_of_all_times(name: str) -> None:
    moments = [datetime(2020, 1, 3, 10, tzinfo=UTC) + timedelta(days=17 * number) for number in range(40)]
    found, evidence = zone_of(moment.astimezone(ZoneInfo(name)).isoformat() for moment in moments)
    assert all(
        moment.astimezone(ZoneInfo(found)).utcoffset() == moment.astimezone(ZoneInfo(name)).utcoffset() for moment in moments
    )
    assert re.search(r"40 of 40 times", evidence)


def test_a_time_without_an_offset_says_nothing_of_the_zone() -> None:
    assert zone_of(["2020-01-02", "2020-01-02T10:00:00Z", "May 1, 2020", ""])[0] == "UTC"
    assert zone_of(["2020-01-02T10:00:00+00:00"]) == ("UTC", "1 time with the offset +00:00, and none with another")


@pytest.mark.parametrize("name", ["tag", "categories", "meta", "sharing", "byline", "pager", "sub-title", "tagline", "series"])
def test_each_name_of_a_box_that_is_the_layouts_leaves_that_out_by_itself(name: str) -> None:
    """Nothing else in the content is looked for first and lets it be read."""
    page = f'<div class="{name}">a</div><p>b</p>'.encode()
    first, last = without_edges(page, (0, len(page)))
    assert page[first:last] == b"<p>b</p>"
