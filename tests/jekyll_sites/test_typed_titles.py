"""Titles that pages show with curly quotes only, by Jekyll's own ``smartify``, come back as they were typed, or it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.jekyll_sites.small import INDEX, LAYOUT, given_back, post, text_of
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jekyll_sites.small import Back

TITLES = ["It's the tide", 'The "old" ferry', "Wait... and see", "Salt -- and more", "Plain words", "Keeper’s “own” quotes"]
SMART = LAYOUT.replace("{{ page.title | escape }}", "{{ page.title | smartify | escape }}")
SMART_INDEX = INDEX.replace("{{ post.title | escape }}", "{{ post.title | smartify | escape }}")
#: Where a title stands as it was typed.
PLACES: dict[str, dict[str, str]] = {
    "the title of the head": {"_layouts/post.html": SMART.replace("<title>{{ page.title | smartify", "<title>{{ page.title")},
    "og:title": {
        "_layouts/post.html": SMART.replace(
            "</title>", '</title><meta property="og:title" content="{{ page.title | escape }}">'
        )
    },
    "a list of links": {"index.html": INDEX},
    "a feed by hand": {
        "rss.xml": '---\n---\n<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Small</title><link>https://small.example/</link>'
        "{% for post in site.posts %}<item><title>{{ post.title | xml_escape }}</title><link>https://small.example{{ post.url }}</link>"
        "<pubDate>{{ post.date | date_to_rfc822 }}</pubDate></item>{% endfor %}</channel></rss>\n",
        "_layouts/post.html": SMART.replace(
            "<head>", '<head><link rel="alternate" type="application/rss+xml" href="/rss.xml">'
        ),
    },
    "a list for the search": {
        "search.json": '---\n---\n[{% for post in site.posts %}{"title": {{ post.title | jsonify }}, "url": "{{ post.url }}"}{% unless forloop.last %},{% endunless %}{% endfor %}]\n',
        "_layouts/post.html": SMART.replace("</body>", '<script>fetch("/search.json")</script></body>'),
    },
}


def _files(*, curly: bool = True) -> dict[str, str]:
    titles = TITLES if curly else TITLES[:-1]
    posts = {
        f"_posts/2023-0{number + 1}-11-post-{number}.md": post(f"'{title.replace(chr(39), chr(39) * 2)}'", text_of(number))
        for number, title in enumerate(titles)
    }
    return {"_layouts/post.html": SMART, "index.html": SMART_INDEX} | posts


def _titles(back: Back) -> list[str]:
    return [back.index[path]["title"] for path in sorted(back.index)]


def _verified(back: Back) -> None:
    done = run("verify", "small", "--render", settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("place", PLACES)
def test_titles_are_those_that_another_place_shows(place: str, tmp_path: Path) -> None:
    back = given_back(tmp_path, _files() | PLACES[place], "permalink: pretty\n")
    assert _titles(back) == TITLES
    assert not any("title.typography" in entry["assumed"] for entry in back.index.values())
    _verified(back)


def test_where_none_does_they_are_what_jekyll_makes_them_of_and_it_is_said(tmp_path: Path) -> None:
    back = given_back(tmp_path, _files(curly=False), "permalink: pretty\n")
    assert _titles(back) == TITLES[:-1]
    said = ["title.typography" in back.index[path]["assumed"] for path in sorted(back.index)]
    assert said == [True, True, True, True, False]
    _verified(back)


def test_where_pages_show_ascii_curly_quotes_were_typed(tmp_path: Path) -> None:
    back = given_back(tmp_path, _files() | {"_layouts/post.html": LAYOUT, "index.html": INDEX}, "permalink: pretty\n")
    assert _titles(back) == TITLES
    assert not any("title.typography" in entry["assumed"] for entry in back.index.values())


def test_one_title_alone_does_not_tell(tmp_path: Path) -> None:
    files = {
        name: text for name, text in _files().items() if name[-4:] != "3.md" and not name.endswith(("1.md", "2.md", "0.md"))
    }
    back = given_back(tmp_path, files, "permalink: pretty\n")
    assert _titles(back) == TITLES[4:]
    assert ["title.typography" in back.index[path]["assumed"] for path in sorted(back.index)] == [False, True]


def test_a_title_that_no_page_of_a_post_shows_comes_from_a_list_or_feed(tmp_path: Path) -> None:
    bare = SMART.replace("<title>{{ page.title | smartify | escape }} | Small</title>", "<title>Small</title>")
    bare = bare.replace('<h1 class="title">{{ page.title | smartify | escape }}</h1>', "")
    back = given_back(tmp_path, _files() | {"_layouts/post.html": bare, "index.html": INDEX}, "permalink: pretty\n")
    assert _titles(back) == TITLES
    assert not any("title.default" in entry["assumed"] for entry in back.index.values())
    _verified(back)


def test_a_title_that_several_posts_have_is_that_of_links_if_a_feed_has_it_too(tmp_path: Path) -> None:
    """Feeds have it with typographic characters; the text of links to several posts may be no title otherwise."""
    titles = ["Plain words", "Monday's trading report", "Monday's trading report", "Tuesday"]
    posts = {
        f"_posts/2023-0{number + 1}-11-post-{number}.md": post(f'"{title}"', text_of(number)).replace("layout: post\n", "")
        for number, title in enumerate(titles)
    }
    more = INDEX.replace("</a>", '</a> <a href="{{ post.url }}">Read it, don\'t wait</a>')
    back = given_back(tmp_path, posts | {"index.html": more}, "permalink: pretty\nplugins: [jekyll-feed]\n")
    assert _titles(back) == titles


def test_a_title_in_a_page_whose_head_says_the_same_on_all_is_found(tmp_path: Path) -> None:
    layout = LAYOUT.replace("<title>{{ page.title | escape }} | Small</title>", "<title>Small</title>")
    layout = layout.replace('<h1 class="title">', '<h2>Small</h2><p class="headline">').replace("</h1>", "</p>")
    back = given_back(tmp_path, _files() | {"_layouts/post.html": layout, "index.html": INDEX}, "permalink: pretty\n")
    assert _titles(back) == TITLES
    assert ".headline" in (back.folder / "site.toml").read_text("utf-8")
