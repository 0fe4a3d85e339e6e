"""What the real Jekyll makes of the blog: a new version of it, or of minima, that makes something else is noticed here."""

from __future__ import annotations

import json
import re
from datetime import date
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

import pytest

from tests.minima.build import TAGS_IN_POSTS, TAGS_PAGE, build
from tests.minima.truth import sources
from tests.replica.__main__ import differences
from tests.replica.build import JekyllMissing
from tests.serving import file_reply

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Build = Callable[..., Path]

#: The blog's posts, newest first: categories as a URL has them, day in Berlin, slug.
POSTS = [
    ("markup/", date(2024, 6, 21), "raw-html"),
    ("guests/", date(2024, 6, 8), "with-an-author"),
    ("notes/", date(2024, 6, 1), "own-address"),
    ("market/", date(2024, 5, 25), "market-day"),
    ("market/", date(2024, 5, 11), "market-day"),
    ("", date(2024, 5, 4), "left-open"),
    ("markup/", date(2024, 5, 1), "hand-made"),
    ("code/", date(2024, 4, 20), "three-scripts"),
    ("lists/tables/", date(2024, 4, 5), "tables-and-footnotes"),
    ("clocks/", date(2024, 3, 31), "clock-change"),
    ("north sea/", date(2024, 3, 10), "spring-tide"),
    ("", date(2024, 2, 29), "leap-day-notes"),
    ("travel/north sea/", date(2024, 2, 14), "cheese-and-chutney"),
    ("küste/", date(2024, 2, 3), "über-den-damm"),
    ("jekyll/update/", date(2024, 1, 8), "hello-from-the-dyke"),
]
#: What a permalink style makes of a post, for strftime() and then format().
STYLES = {
    "date": "/{categories}%Y/%m/%d/{slug}.html",
    "pretty": "/{categories}%Y/%m/%d/{slug}/",
    "ordinal": "/{categories}%Y/%j/{slug}.html",
    "weekdate": "/{categories}%Y/W%V/%a/{slug}.html",
    "none": "/{categories}{slug}.html",
    "/:year/:title/": "/%Y/{slug}/",
    "/blog/:year/:month/:title": "/blog/%Y/%m/{slug}",
    "/:categories/:title.html": "/{categories}{slug}.html",
    "/:title:output_ext": "/{slug}.html",
}
#: Under these, two posts have one address, and the newer one gets it.
COLLIDING = {style for style, address in STYLES.items() if "%d" not in address and "%j" not in address and "%V" not in address}


def addresses(style: str = "date", baseurl: str = "") -> list[str]:
    """Where the posts are, as the home page's links give it."""
    found = [
        day.strftime(STYLES[style]).format(categories=categories, slug=slug) if slug != "own-address" else "/notes/own-address/"
        for categories, day, slug in POSTS
    ]
    return [baseurl + quote(address) for address in found]


def linked(page: str) -> list[str]:
    return re.findall(r'<a class="post-link" href="([^"]*)">', page)


def entries(folder: Path) -> list[str]:
    return re.findall(r"<entry>.*?</entry>", (folder / "feed.xml").read_text("utf-8"), re.DOTALL)


def post(folder: Path, slug: str) -> str:
    """The newest post's page of a slug."""
    path = max(path for path in folder.rglob("*.html") if slug in {path.stem, path.parent.name})
    return path.read_text("utf-8")


@pytest.mark.parametrize("style", STYLES)
def test_every_post_is_where_its_permalink_says(minima: Build, style: str) -> None:
    folder = minima(permalink=style)
    links = linked((folder / "index.html").read_text("utf-8"))
    assert links == addresses(style)
    assert (len(set(links)) < len(links)) == (style in COLLIDING)
    for link in links:
        page = file_reply(folder, link, as_pages=True)
        assert page.status == 200
        assert f'<link rel="canonical" href="https://blog.example{link}" />'.encode() in page.body
        assert f'<a class="u-url" href="{link}" hidden></a>'.encode() in page.body


def test_the_newer_of_two_posts_gets_the_address_of_both(minima: Build) -> None:
    assert "a fortnight later" in post(minima(permalink="none"), "market-day")


def test_a_base_url_is_in_every_link_and_in_no_file(minima: Build) -> None:
    folder = minima(baseurl="/shore")
    assert linked((folder / "index.html").read_text("utf-8")) == addresses(baseurl="/shore")
    assert (folder / "market/2024/05/11/market-day.html").is_file()
    assert '<a href="/shore/market/2024/05/11/market-day.html">the market</a>' in post(folder, "own-address")
    assert 'src="/assets/dyke.svg"' in post(folder, "tables-and-footnotes")


def test_the_feed_has_the_ten_newest(minima: Build) -> None:
    found = entries(minima())
    assert [
        re.findall(r'<link href="https://blog.example([^"]*)" rel="alternate"', entry)[0] for entry in found
    ] == addresses()[:10]
    assert "<updated>2024-07-01T12:00:00+02:00</updated><id>https://blog.example/feed.xml</id>" in (
        minima() / "feed.xml"
    ).read_text("utf-8")


def test_the_feed_has_what_no_page_has(minima: Build) -> None:
    folder = minima(feed={"posts_limit": 20})
    terms = {re.findall("<id>.*/(.*?)</id>", entry)[0]: re.findall('term="(.*?)"', entry) for entry in entries(folder)}
    assert terms["spring-tide"] == ["North Sea", "Tide", "mud flats"]
    assert terms["three-scripts"] == ["Code", "python", "Liquid", "shell"]
    assert terms["market-day"] == ["market", "market"]  # one is the category, one the tag
    assert "mud flats" not in post(folder, "spring-tide")
    assert "North Sea" not in post(folder, "spring-tide").replace("the edge of the North Sea", "")
    edited = next(entry for entry in entries(folder) if "with-an-author" in entry)
    assert "<published>2024-06-08T14:00:00+02:00</published><updated>2024-06-10T08:30:00+02:00</updated>" in edited
    assert "<author><name>Jonna Petersen</name></author>" in edited
    assert all("<author><name></name></author>" in entry for entry in entries(folder) if entry != edited)


def test_a_post_page_byte_for_byte(minima: Build) -> None:
    page = post(minima(), "with-an-author")
    article = page[page.index("<article") : page.index("</article>")]
    assert article == (
        '<article class="post h-entry" itemscope itemtype="http://schema.org/BlogPosting">\n\n'
        '  <header class="post-header">\n'
        '    <h1 class="post-title p-name" itemprop="name headline">With an author</h1>\n'
        '    <p class="post-meta">\n'
        '      <time class="dt-published" datetime="2024-06-08T14:00:00+02:00" itemprop="datePublished">Jun 8, 2024\n'
        '      </time>• <span itemprop="author" itemscope itemtype="http://schema.org/Person">'
        '<span class="p-author h-card" itemprop="name">Jonna Petersen</span></span></p>\n'
        "  </header>\n\n"
        '  <div class="post-content e-content" itemprop="articleBody">\n'
        "    <p>A guest wrote this one, and mended it two days later.</p>\n\n<!--more-->\n\n<p>It has keys that no page shows.</p>\n\n"
        '  </div><a class="u-url" href="/guests/2024/06/08/with-an-author.html" hidden></a>\n'
    )
    assert "<title>With an author | Shore Lines</title>" in page
    about = json.loads(re.findall(r'<script type="application/ld\+json">\n(.*)</script>', page)[0])
    assert (about["@type"], about["datePublished"], about["dateModified"], about["author"]["name"]) == (
        "BlogPosting",
        "2024-06-08T14:00:00+02:00",
        "2024-06-10T08:30:00+02:00",
        "Jonna Petersen",
    )


@pytest.mark.parametrize(
    ("slug", "shown"),
    [
        ("clock-change", "2024-03-31T00:40:00+01:00"),  # 2024-03-30 23:40 in Greenwich
        ("raw-html", "2024-06-21T02:15:00+02:00"),  # without a zone in the front matter: Greenwich
        ("spring-tide", "2024-03-10T00:00:00+01:00"),  # no date but in the name of the file
        ("cheese-and-chutney", "2024-02-14T18:30:00+01:00"),
    ],
)
def test_dates_are_in_the_zone_of_the_site(minima: Build, slug: str, shown: str) -> None:
    page = post(minima(), slug)
    assert f'datetime="{shown}"' in page
    assert f'<meta property="article:published_time" content="{shown}" />' in page


def test_only_the_heading_has_the_whole_title(minima: Build) -> None:
    page = post(minima(), "cheese-and-chutney")
    assert ">Cheese &amp; chutney: &quot;the &lt;good&gt; ones&quot;</h1>" in page
    assert "<title>Cheese &amp; chutney: “the ones&quot; | Shore Lines</title>" in page
    assert ">Leap Day Notes</h1>" in post(minima(), "leap-day-notes")


@pytest.mark.parametrize("name", ["2024-05-01-hand-made.html", "2024-05-04-left-open.html"])
def test_a_post_of_html_is_in_its_page_byte_for_byte(minima: Build, name: str) -> None:
    body = sources()[name].body
    assert f'itemprop="articleBody">\n    {body}\n  </div><a class="u-url"' in post(minima(), name[11:-5])


def test_every_source_but_three_is_on_the_blog(minima: Build) -> None:
    assert sorted(name[11:].rpartition(".")[0] for name in sources()) == sorted(slug for _, _, slug in POSTS)
    pages = [path.stem for path in minima().rglob("*.html")]
    assert {"not-yet", "by-then", "the-lighthouse"}.isdisjoint(pages)


def test_pages_of_four_posts(minima: Build) -> None:
    found, path, pages = [], "/", 0
    while path:
        answer = file_reply(minima(paginate=4), path, as_pages=True)
        if answer.status == 301:
            assert answer.headers["Location"] == f"{path}/"
            answer = file_reply(minima(paginate=4), f"{path}/", as_pages=True)
        page = answer.body.decode()
        found += linked(page)
        pages += 1
        path = "".join(re.findall(r'<a class="older" href="(.*?)"', page))
    assert (pages, found) == (4, addresses())


def test_excerpts(minima: Build) -> None:
    home = (minima(show_excerpts=True) / "index.html").read_text("utf-8")
    assert "</h3><p>Asparagus, and the first strawberries. Two stalls only.</p>\n</li>" in home


def shown(page: str, kind: str) -> list[str]:
    return re.findall(f'rel="{kind}" href=".*?">(.*?)</a>', page)


def test_tags_in_the_posts(minima: Build) -> None:
    folder = minima(TAGS_IN_POSTS)
    for name, source in sources().items():
        page = post(folder, name[11:].rpartition(".")[0])
        if source.front.get("title") != "Market day":
            assert [tag.replace("&amp;", "&") for tag in shown(page, "tag")] == listed(source.front.get("tags", []))
            given: Any = source.front.get("categories", [source.front["category"]] if "category" in source.front else [])
            assert shown(page, "category") == listed(given)


def listed(given: Any) -> list[str]:
    return given.split() if isinstance(given, str) else given


def test_tags_on_a_page_of_their_own(minima: Build) -> None:
    folder = minima(TAGS_PAGE)
    tags = (folder / "tags/index.html").read_text("utf-8")
    under = dict(re.findall(r"<h2 .*?>(.*?)</h2>\n<ul>(.*?)</ul>", tags, re.DOTALL))
    assert re.findall('href="(.*?)"', under["mud flats"]) == ["/north%20sea/2024/03/10/spring-tide.html"]
    assert {unquote(link) for link in re.findall('href="(.*?)"', under["HTML"])} == {
        "/markup/2024/06/21/raw-html.html",
        "/2024/05/04/left-open.html",
        "/markup/2024/05/01/hand-made.html",
    }
    assert ">North Sea</h2>" in (folder / "categories/index.html").read_text("utf-8")
    assert "mud flats" not in post(folder, "spring-tide")


def test_a_build_is_the_same_each_time(minima: Build, tmp_path: Path) -> None:
    assert differences(minima(), build(tmp_path / "again")) == []


def test_a_theme_that_is_not_installed_is_named_with_what_brings_it(tmp_path: Path) -> None:
    with pytest.raises(JekyllMissing, match=r"apt-get install .* jekyll-theme-minima"):
        build(tmp_path / "built", theme="nonesuch")
