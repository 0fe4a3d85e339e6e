"""A site filled from what was learned: the names of its posts, their descriptions, their bodies, and which are exact."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from crawler.items import Exchange, Post, Rejection
from crawler.learn.learned import Layout, Learned
from crawler.markup.feeds.feed_entry import FeedEntry
from crawler.reconstruct import available
from crawler.sites.learned import body as learned_body
from crawler.sites.learned.body import NoConverter
from crawler.sites.learned.site import LearnedSite
from crawler.sites.parsed import FeedMention, Kind

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOME = "https://blog.example/notes/"
LAYOUT = Layout(
    "post",
    '<div class="words">',
    "</div><footer>",
    title=("h1",),
    time=("time",),
    description=('meta[name="description"]', "p.lead"),
    image=('meta[property="og:image"]',),
)
LEARNED = Learned("blog", HOME, zone="Europe/Berlin", permalink="/:categories/:title/", layouts=(LAYOUT,), source="html")
TIDE = "<p>The <em>tide</em> comes twice a day &amp; goes, as it’s always done.</p>"


def page(path: str = "sea/hello/", content: str = TIDE, head: str = "", title: str = "Hello") -> Exchange:
    body = f'<head>{head}</head><h1>{title}</h1><div class="words">\n{content}\n</div><footer>Foot</footer>'
    return Exchange(f"{HOME}{path}", 200, body.encode())


def built(learned: Learned, exchange: Exchange) -> Post:
    site = LearnedSite.of(learned)
    parsed = site.parse_page(exchange)
    assert not isinstance(parsed, Rejection), parsed
    return site.build_post(parsed)


def with_days(**more: Any) -> Learned:
    return replace(LEARNED, days={"sea/hello/": "2024-05-11", "land/hello/": "2024-05-11", "land/bye/": "2024-05-12"}, **more)


# Descriptions


@pytest.mark.parametrize(
    ("keys", "key"),
    [("", "description"), ("excerpt: Old\n", "excerpt"), ("excerpt: Old\ndescription: Older\n", "description")],
)
def test_a_sample_tells_whether_what_heads_show_is_a_description_or_an_excerpt(keys: str, key: str) -> None:
    front = f"---\nlayout: post\ntitle: Of tides\n{keys}---\n" if keys else ""
    post = built(with_days(front_matter=front), page(head='<meta name="description" content="What the sea does">'))
    assert [line.partition(":")[0] for line in post.content.splitlines() if line.endswith("What the sea does")] == [key]


# Names


def test_days_that_addresses_do_not_tell_are_those_of_the_table() -> None:
    post = built(with_days(), page("land/bye/"))
    assert (post.id, post.filename) == ("2024-05-12-bye", "2024-05-12-bye.html")
    assert (post.date.isoformat(), "date.time" in post.assumed) == ("2024-05-12T00:00:00+02:00", True)
    assert "permalink" not in post.content


@pytest.mark.parametrize(("behind", "date"), [("2024-05-11T08:30:00+02:00", "2024-05-11"), ("", "2012-01-02")])
def test_a_time_in_the_content_counts_where_there_is_no_other(behind: str, date: str) -> None:
    exchange = page(content=f'{TIDE}<blockquote><time datetime="2012-01-02T10:00:00+00:00">then</time></blockquote>')
    foot = f'<footer><time datetime="{behind}">now</time>' if behind else "<footer>"
    post = built(LEARNED, exchange._replace(body=exchange.body.replace(b"<footer>", foot.encode())))
    assert post.date.date().isoformat() == date


def test_a_day_in_the_address_counts_before_the_table() -> None:
    learned = replace(LEARNED, permalink="/:year/:month/:day/:title.html", days={"2024/05/11/a.html": "2001-01-01"})
    assert built(learned, page("2024/05/11/a.html")).id == "2024-05-11-a"


@pytest.mark.parametrize(
    ("permalink", "path", "first"),
    [
        ("/:year/:month/:title.html", "2024/05/tide.html", "2024-05-01"),
        ("/:categories/:year/:title/", "sea/2024/tide/", "2024-01-01"),
    ],
)
def test_a_post_whose_address_tells_its_month_is_given_back_as_of_the_first_day(permalink: str, path: str, first: str) -> None:
    learned = replace(LEARNED, permalink=permalink)
    post = built(learned, page(path))
    assert (post.id, post.filename, post.date.date().isoformat()) == ("tide", f"{first}-tide.html", first)
    assert post.assumed[:2] == ["date.day", "date.time"]
    site = LearnedSite.of(learned)
    parsed = site.parse_page(page(path))
    assert not isinstance(parsed, Rejection)
    entry = FeedEntry(page(path).url, "", "", "2024-05-11T08:00:00Z", (), "", None)
    told = site.build_post(parsed, None, FeedMention(entry, None))
    assert (told.filename, told.date.isoformat()) == ("2024-05-11-tide.html", "2024-05-11T10:00:00+02:00")
    assert not {"date.day", "date.time"} & set(told.assumed)


def test_a_post_whose_day_nothing_tells_is_rejected_in_a_line() -> None:
    found = LearnedSite.of(LEARNED).parse_page(page())
    assert isinstance(found, Rejection)
    assert found.reason == "neither its address nor an element tells its time: time"


def test_posts_of_one_day_and_slug_in_two_folders_are_two_files() -> None:
    learned = with_days(shared_names=("2024-05-11-hello",))
    sea, land, bye = (built(learned, page(path)) for path in ("sea/hello/", "land/hello/", "land/bye/"))
    assert [one.id for one in (sea, land, bye)] == ["2024-05-11-sea-hello", "2024-05-11-land-hello", "2024-05-12-bye"]
    assert [one.filename for one in (sea, land)] == ["2024-05-11-sea-hello.html", "2024-05-11-land-hello.html"]
    assert "permalink: /sea/hello/\n" in sea.content
    assert "permalink: /land/hello/\n" in land.content
    assert "permalink" not in bye.content


def test_shared_names_where_the_address_has_the_day() -> None:
    learned = replace(LEARNED, permalink="date", shared_names=("2024-05-11-hello",))
    post = built(learned, page("sea/2024/05/11/hello.html"))
    assert (post.id, "permalink: /sea/2024/05/11/hello.html\n" in post.content) == ("2024-05-11-sea-hello", True)
    assert built(learned, page("2024/05/11/hello.html")).id == "2024-05-11-hello"


def test_posts_name_each_other_by_their_files() -> None:
    days = {"sea/hello/": "2024-05-11", "land/bye/": "2024-05-12", "land/海/": "2024-05-13"}
    names = learned_body.PostNames(LearnedSite.of(replace(LEARNED, days=days, shared_names=("2024-05-11-hello",))))
    assert (names["/notes/sea/hello/"], names["/notes/land/bye/"]) == ("2024-05-11-sea-hello", "2024-05-12-bye")
    assert names["/notes/land/%E6%B5%B7/"] == "2024-05-13-海"
    for path in ("/notes/", "/notes/sea/none/", "/sea/hello/", ""):
        assert names.get(path) is None, path


@pytest.mark.parametrize(
    "spelling",
    [
        f"{HOME}sea/hello/",
        "//blog.example/notes/sea/hello/",
        "/notes/sea/hello",
        "/notes/sea/hello/?a=b",
        "/notes/sea/hello/index.html",
        "/notes/./sea/hello/",
        "/notes//sea/hello/",
        "/notes/sea/h%65llo/",
        " /notes/sea/hello/",
        "sea/hello/",
        "../hello/",
    ],
)
def test_an_address_that_jekyll_would_not_write_so_names_no_post(spelling: str) -> None:
    """``post_url`` in its place would make another page of the post."""
    assert learned_body.PostNames(LearnedSite.of(with_days())).get(spelling) is None


def test_paths_that_break_the_rule_or_only_look_like_it() -> None:
    learned = replace(LEARNED, permalink="date", own_permalinks=("hello/",), pages=("2024/05/11/no.html",))
    site = LearnedSite.of(replace(learned, days={"hello/": "2024-05-11"}))
    assert [site.kind(f"{HOME}{path}") == Kind.POST for path in ("hello/", "2024/05/11/no.html", "2024/05/11/a.html")] == [
        True,
        False,
        True,
    ]
    assert "permalink: /hello/\n" in built(site.learned, page("hello/")).content


# Layouts


def test_a_page_of_no_layout_is_told_with_what_to_do() -> None:
    for layouts, told in (((LAYOUT,), "one layout"), ((LAYOUT, replace(LAYOUT, name="b", start="<none>")), "2 layouts")):
        found = LearnedSite.of(with_days(layouts=layouts)).parse_page(Exchange(f"{HOME}sea/hello/", 200, b"<h1>Odd</h1>"))
        assert isinstance(found, Rejection)
        assert found.code == "layout"
        assert told in found.reason
        assert "scrapy learn blog" in found.reason


def test_the_edition_is_the_name_of_the_layout() -> None:
    other = replace(LAYOUT, name="post-2", start='<section class="long">', end="</section>")
    learned = with_days(layouts=(LAYOUT, other))
    body = b'<h1>Hello</h1><section class="long"><p>Long.</p></section>'
    assert built(learned, page()).edition == "post"
    assert built(learned, Exchange(f"{HOME}sea/hello/", 200, body)).edition == "post-2"


# Exact


def test_a_post_is_exact_where_a_sample_says_so_byte_for_byte() -> None:
    post = built(with_days(), page())
    assert post.fidelity == "rendered"
    digest = hashlib.sha256(post.content.encode()).hexdigest()
    assert built(with_days(samples={post.filename: digest}), page()).fidelity == "exact"
    assert built(with_days(samples={post.filename: digest}), page(title="Hallo")).fidelity == "rendered"
    assert built(with_days(samples={"2024-05-11-other.html": digest}), page()).fidelity == "rendered"


# Bodies


@pytest.fixture
def no_ruby(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Programs are searched in an empty folder, and nothing is remembered from before or for later."""
    monkeypatch.setenv("PATH", str(tmp_path))
    caches = (available, learned_body._made, learned_body._converter)
    for one in caches[:2]:
        one.cache_clear()
    yield
    for one in caches[:2]:
        one.cache_clear()


@pytest.mark.usefixtures("no_ruby")
def test_without_jekyll_markdown_is_refused_in_a_line_that_helps() -> None:
    with pytest.raises(NoConverter) as caught:
        built(with_days(source="markdown"), page())
    assert str(caught.value) == (
        "blog gives back Markdown, which needs Jekyll (on Debian: apt-get install jekyll;"
        ' without it, write source = "html" into its site.toml); then: scrapy rebuild blog'
    )


@pytest.mark.usefixtures("no_ruby")
def test_without_jekyll_a_site_of_html_is_given_back() -> None:
    content = f"{TIDE}\n<p>{{{{ site.title }}}} and {{% raw %}}</p>"
    post = built(with_days(), page(content=content))
    assert (post.filename, post.fidelity, post.notes) == ("2024-05-11-hello.html", "rendered", [])
    assert TIDE in post.content
    assert "<p>{{ site.title }}" not in post.content


def test_markdown_is_given_back_where_it_is_proven(jekyll: str) -> None:
    post = built(with_days(source="markdown", kramdown={"hard_wrap": False}), page(content=TIDE))
    assert post.filename == "2024-05-11-hello.md"
    assert post.content.endswith("---\n\nThe *tide* comes twice a day & goes, as it's always done.\n")
    other = built(with_days(source="markdown", habits={"emphasis": "_", "ascii": ""}), page(content=TIDE))
    assert other.content.endswith("---\n\nThe _tide_ comes twice a day & goes, as it’s always done.\n")


def test_the_export_has_the_learned_settings() -> None:
    site = LearnedSite.of(with_days(kramdown={"hard_wrap": True}))
    config = site.jekyll.config.splitlines()
    for line in ("url: https://blog.example", "baseurl: /notes", "permalink: /:categories/:title/", "  hard_wrap: true"):
        assert line in config


@pytest.mark.parametrize("told", [TIDE.replace(" comes", "\ncomes"), "<p>Something else.</p>", None])
def test_white_space_that_a_layout_took_away_is_that_of_the_feed(told: str | None) -> None:
    learned = with_days(habits={"compressed": "single"})
    site = LearnedSite.of(learned)
    parsed = site.parse_page(page())
    assert not isinstance(parsed, Rejection)
    entry = FeedEntry(page().url, "Hello", "2024-05-11T08:00:00Z", "", (), "", told)
    body = site.build_post(parsed, None, FeedMention(entry, None)).content
    assert ("<em>tide</em>\ncomes" in body) == (told is not None and "\ncomes" in told)
    assert "Something else" not in body
