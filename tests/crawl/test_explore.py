"""Which links a first run follows: all of the site's own, and no trap's for long."""

from __future__ import annotations

import re
from collections import deque
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.crawl.explore import ExploreLimits, Explorer, repeats, shape_of
from crawler.crawl.lastmod import was_changed
from crawler.markup.links.address import absolute
from crawler.markup.links.requisites import page_requisites, refresh, style_requisites

if TYPE_CHECKING:
    from collections.abc import Callable

HOME = "https://blog.example/notes/"
PARTS = st.lists(
    st.sampled_from(["a", "b2", "page", "page3", "2024", "01", "..", ".", "", "é", "%41", "index.html"]), max_size=6
)


def explored(
    site: Callable[[str], tuple[bytes, list[str]]], limits: ExploreLimits | None = None, home: str = "https://s/"
) -> tuple[list[str], dict[str, str]]:
    """The addresses that a run asks for of a site that gives the body and the links of each page, and what it tells."""
    explorer = Explorer(home, str, limits or ExploreLimits())
    first = explorer.seed(home)
    assert first is not None
    asked, queue = [], deque([first])
    while queue:
        page = queue.popleft()
        asked.append(page)
        assert len(asked) < 5000, "no end"
        body, links = site(page)
        queue += explorer.links(page, body, [url for link in links if (url := absolute(page, link))])
    assert len(set(asked)) == len(asked)
    return asked, dict(explorer.told())


@given(
    PARTS,
    st.sampled_from(["", "?", "?page=2", "?share=x", "?page=2&x=1", "#x"]),
    st.sampled_from(["https:", "http:", "HTTPS:", "ftp:"]),
)
def test_whatever_is_followed_lies_below_the_home_page(parts: list[str], query: str, scheme: str) -> None:
    explorer = Explorer(HOME, str, ExploreLimits())
    for start in (
        "//blog.example/",
        "//blog.example/notes/",
        "//blog.example/notes",
        "//evil.example/notes/",
        "//blog.example.evil/notes/",
    ):
        found = explorer.address(f"{scheme}{start}{'/'.join(parts)}{query}")
        assert found is None or found.startswith(HOME)
        assert found is None or "/../" not in found
        if found is not None:
            assert explorer.address(found) == found


@given(st.text(max_size=60))
def test_no_text_is_too_strange(text: str) -> None:
    explorer = Explorer(HOME, str, ExploreLimits())
    explorer.seed(text)
    list(explorer.links(HOME, text.encode("utf-8", "replace"), [text, HOME + text]))
    shape_of(text)
    repeats(text)
    list(explorer.told())


@given(st.lists(st.tuples(st.integers(0, 30), st.lists(st.integers(0, 30), max_size=5)), max_size=30))
def test_every_page_of_a_small_site_is_asked_once(edges: list[tuple[int, list[int]]]) -> None:
    links = {
        f"https://s/{chr(97 + page % 26)}{chr(97 + page // 26)}/": [
            f"/{chr(97 + to % 26)}{chr(97 + to // 26)}/" for to in found
        ]
        for page, found in edges
    }
    links["https://s/"] = list({"/aa/", "/ba/"})
    asked, told = explored(lambda page: (page.encode(), links.get(page, [])))
    reached, queue = {"https://s/"}, ["https://s/"]
    while queue:
        for one in links.get(queue.pop(), []):
            if f"https://s{one}" not in reached:
                reached.add(f"https://s{one}")
                queue.append(f"https://s{one}")
    assert set(asked) == reached
    assert told == {}


def numbered(page: str) -> int:
    found = re.search(r"(\d+)/?$", page)
    return int(found[1]) if found else 1


def test_a_pager_is_followed_to_its_end() -> None:
    def site(page: str) -> tuple[bytes, list[str]]:
        if "post" in page:
            return page.encode(), ["/"]
        number = numbered(page)
        posts = [f"/post-{chr(97 + number // 26)}{chr(97 + number % 26)}{one}/" for one in "abc"]
        return page.encode(), [*posts, *([f"/page/{number + 1}/"] if number < 300 else [])]

    asked, told = explored(site, ExploreLimits(depth=5))
    assert len(asked) == 1 + 299 + 900
    assert told == {}


def test_a_pager_whose_pages_are_redirected_to_folders_is_no_deep_place() -> None:
    explorer = Explorer("https://s/", str, ExploreLimits(depth=3))
    page = explorer.seed("https://s/")
    for number in range(2, 60):
        assert page is not None
        shown = f"https://s/{chr(97 + number % 26)}{chr(97 + number // 26)}/"
        link = f"https://s/page{number}"
        assert list(explorer.links(page, page.encode(), [link, shown])) == [link, shown]
        page = explorer.redirected(link, f"{link}/")
        assert page == f"https://s/page{number}/"
    assert dict(explorer.told()) == {}


def test_a_pager_whose_posts_a_sitemap_told_is_followed_too() -> None:
    explorer = Explorer("https://s/", str, ExploreLimits())
    for number in range(30):
        explorer.seed(f"https://s/post{chr(97 + number)}/")
    page, asked = "https://s/page/1/", 0
    explorer.seed(page)
    for number in range(1, 31):
        found = list(
            explorer.links(page, page.encode(), [f"https://s/post{chr(97 + number - 1)}/", f"https://s/page/{number + 1}/"])
        )
        assert found == [f"https://s/page/{number + 1}/"]
        page, asked = found[0], asked + 1
    assert asked == 30


TRAPS: dict[str, tuple[Callable[[str], list[str]], str]] = {
    # A theme that links to the next page relatively, on a server that answers every address.
    "relative pager": (lambda page: [f"page{page.count('page') + 2}/"], "EXPLORE_REPEATS"),
    "calendar": (lambda page: [f"/calendar/{(numbered(page) if 'calendar' in page else 2026) + 1}/"], "EXPLORE_EMPTY"),
    "calendar of months": (
        lambda page: [
            f"/cal/{y}/{['jan', 'february', 'Mar'][y % 3]}/" for y in [int((re.search(r"\d{4}", page) or ["2026"])[0]) + 1]
        ],
        "EXPLORE_EMPTY",
    ),
    "both ways": (lambda page: [f"/days/{numbered(page) + 1}/", f"/days/{max(numbered(page) - 1, 0)}/", "/"], "EXPLORE_EMPTY"),
    "query": (lambda page: [f"/?page={int(page.rpartition('=')[2] or 1) + 1 if '=' in page else 2}"], "EXPLORE_EMPTY"),
    "repeated part": (lambda _: ["x/y/"], "EXPLORE_REPEATS"),
    "words without end": (lambda page: [f"/{page.rpartition('/')[0].rpartition('/')[2]}a/"], "EXPLORE_DEPTH"),
    "many at once": (lambda _: [f"/{chr(97 + n % 26)}{chr(97 + n // 26)}/" for n in range(600)], "EXPLORE_PAGES"),
}


@pytest.mark.parametrize("name", TRAPS)
def test_a_trap_ends_and_is_told(name: str) -> None:
    links, setting = TRAPS[name]
    asked, told = explored(lambda page: (page.encode(), links(page)), ExploreLimits(pages=500, depth=30))
    assert len(asked) <= 500
    (reason,) = told.values()
    assert f"({setting}=" in reason
    assert re.match(r"(1 address|[\d,]{2,} addresses|[2-9] addresses) like this one not followed: ", reason)


def test_pages_that_are_all_one_lead_nowhere() -> None:
    asked, told = explored(lambda _: (b"the same", ["page2/", "../x/", "y"]))
    assert sorted(asked) == ["https://s/", "https://s/page2/", "https://s/x/", "https://s/y"]
    assert told == {}


def test_queries_are_left_out_but_for_pagers() -> None:
    asked, _ = explored(
        lambda page: (page.encode(), [f"/a/?replytocom={n}" for n in range(50)] + ["/a/?utm_source=x#y", "/?page=2"])
    )
    assert sorted(asked) == ["https://s/", "https://s/?page=2", "https://s/a/"]


def test_what_another_page_led_to_is_not_told() -> None:
    explorer = Explorer("https://s/", str, ExploreLimits(depth=1))
    explorer.seed("https://s/")
    list(explorer.links("https://s/", b"1", ["https://s/a/"]))
    assert list(explorer.links("https://s/a/", b"2", ["https://s/b/"])) == []
    assert explorer.seed("https://s/b/") == "https://s/b/"
    assert dict(explorer.told()) == {}


@given(
    st.datetimes(timezones=st.just(UTC), min_value=datetime(1990, 1, 1), max_value=datetime(2090, 1, 1)), st.integers(0, 400)
)
def test_a_page_is_not_asked_again_by_an_unchanged_sitemap(captured: datetime, minutes: int) -> None:
    now = captured + timedelta(minutes=minutes)
    for lastmod in (now.isoformat(), now.date().isoformat(), f"{now:%Y-%m}", f"{now:%Y}", "2999-01-01", "none"):
        asked = was_changed(lastmod, captured, now, is_new=False)
        assert not asked or captured < now
        assert not was_changed(lastmod, now + timedelta(seconds=1), now + timedelta(seconds=1), is_new=False)


def test_requisites_as_a_browser_asks_for_them() -> None:
    page = b"""<base href="/b/"><link rel=stylesheet href=a.css><link rel=canonical href=/c/><script src="x.js"></script>
    <img src="1.png" srcset="2.png 2x,3.png 300w, 4.png"><source srcset="5.png"><video poster=6.png src=7.mp4></video>
    <img src="data:image/png;base64,xx"><style>@import url('b.css'); p { background: url( 8.png ) } q{background:url(#id)}</style>
    <!-- <img src=no.png> --><svg><image xlink:href="9.png"/></svg><img data-src="10.png" src=""><img src="javascript:x">"""
    found = page_requisites(page, "https://s/")
    assert [url.removeprefix("https://s/b/") for url in found] == [
        "a.css", "x.js", "1.png", "2.png", "3.png", "4.png", "5.png", "7.mp4", "6.png", "b.css", "8.png", "9.png", "10.png",
    ]  # fmt: skip
    assert style_requisites(rb"@import 'a\2e css'; x{y:URL(b.png)}", "https://s/") == ["https://s/a.css", "https://s/b.png"]


@pytest.mark.parametrize(
    ("content", "target"),
    [
        ("0; url=/new/", "https://s/new/"),
        ("0;URL='x y'", "https://s/x%20y"),
        ("5", None),
        ("0; url=", None),
        ("0;/n", "https://s/n"),
    ],
)
def test_a_stub_that_sends_its_readers_on(content: str, target: str | None) -> None:
    assert refresh(f'<META HTTP-EQUIV="Refresh" CONTENT="{content}">'.encode(), "https://s/") == target
