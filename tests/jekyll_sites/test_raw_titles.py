"""Titles that were typed with references and tags of HTML come back so where a page or another place tells, else it is said."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.jekyll_sites.small import INDEX, LAYOUT, given_back, post, text_of
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jekyll_sites.small import Back

RAW = LAYOUT.replace("{{ page.title | escape }}", "{{ page.title }}")
RAW_INDEX = INDEX.replace("{{ post.title | escape }}", "{{ post.title }}")
REFERENCES = [
    "&#8220;Tide&#8221; &#8211; again",
    "Salt &#038; rope",
    "Salt &amp; rope",
    "The keeper&apos;s day",
    "Plain words",
    "A – b",
    "C – d",
    "E – f",
]
TAGS = ["An <em>old</em> ferry", "<b>Salt</b>", "Lists with <br>", "Vec<T> of words", "Plain words", "More words"]
ESCAPED = LAYOUT.replace('<h1 class="title">{{ page.title | escape }}', '<h1 class="title">{{ page.title }}')
#: Where a title stands with its tags.
PLACES: dict[str, dict[str, str]] = {
    "the title of the head": {"_layouts/post.html": RAW},
    "the title of the head, escaped": {"_layouts/post.html": ESCAPED},
    "links of a list, escaped": {
        "_layouts/post.html": ESCAPED.replace("<title>{{ page.title | escape }}", "<title>{{ page.title | strip_html }}"),
        "index.html": INDEX,
    },
    "og:title": {
        "_layouts/post.html": ESCAPED.replace(
            "<title>{{ page.title | escape }} | Small</title>",
            "<title>{{ page.title | strip_html }} | Small</title>"
            '<meta property="og:title" content="{{ page.title | escape }}">',
        )
    },
    "a feed by hand": {
        "rss.xml": '---\n---\n<?xml version="1.0" encoding="UTF-8"?><rss version="2.0"><channel><title>Small</title><link>https://small.example/</link>'
        "{% for post in site.posts %}<item><title>{{ post.title | xml_escape }}</title><link>https://small.example{{ post.url }}</link>"
        "<pubDate>{{ post.date | date_to_rfc822 }}</pubDate></item>{% endfor %}</channel></rss>\n",
        "_layouts/post.html": ESCAPED.replace(
            "<title>{{ page.title | escape }}", "<title>{{ page.title | strip_html }}"
        ).replace("<head>", '<head><link rel="alternate" type="application/rss+xml" href="/rss.xml">'),
    },
    "JSON-LD": {
        "_layouts/post.html": ESCAPED.replace(
            "<title>{{ page.title | escape }}", "<title>{{ page.title | strip_html }}"
        ).replace(
            "</head>",
            '<script type="application/ld+json">{"@type": "BlogPosting", "headline": {{ page.title | jsonify }}}</script></head>',
        )
    },
    "a list for the search": {
        "search.json": '---\n---\n[{% for post in site.posts %}{"title": {{ post.title | jsonify }}, "url": "{{ post.url }}"}{% unless forloop.last %},{% endunless %}{% endfor %}]\n',
        "_layouts/post.html": ESCAPED.replace(
            "<title>{{ page.title | escape }}", "<title>{{ page.title | strip_html }}"
        ).replace("</body>", '<script>fetch("/search.json")</script></body>'),
    },
}


def _back(root: Path, titles: list[str], files: dict[str, str]) -> Back:
    posts = {
        f"_posts/2023-0{number + 1}-11-post-{number}.md": post(f"'{title.replace(chr(39), chr(39) * 2)}'", text_of(number))
        for number, title in enumerate(titles)
    }
    return given_back(root, {"index.html": RAW_INDEX} | posts | files, "permalink: pretty\n")


def _titles(back: Back) -> list[tuple[str, bool]]:
    entries = [back.index[path] for path in sorted(back.index)]
    return [(entry["title"], "title.markup" in entry["assumed"]) for entry in entries]


def _verified(back: Back) -> None:
    done = run("verify", "small", "--render", settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert done.returncode == 0, done.stdout + done.stderr


def test_references_that_no_filter_writes_were_typed_and_so_all_others(tmp_path: Path) -> None:
    back = _back(tmp_path, REFERENCES, {"_layouts/post.html": RAW})
    assert _titles(back) == [(title, False) for title in REFERENCES]
    _verified(back)


def test_references_that_escape_writes_were_not(tmp_path: Path) -> None:
    titles = ["Salt & rope", "The keeper's day", "A &#8211; typed", "Plain words"]
    back = _back(tmp_path, titles, {"index.html": INDEX})
    assert _titles(back) == [(title, False) for title in titles]
    _verified(back)


def test_a_reference_of_the_layout_in_each_title_is_none_of_the_posts(tmp_path: Path) -> None:
    layout = LAYOUT.replace("{{ page.title | escape }}</h1>", "{{ page.title | escape }} &raquo;</h1>")
    back = _back(tmp_path, ["Salt and rope", "The day's end", "Plain words"], {"_layouts/post.html": layout})
    assert not any("&raquo;" in title for title, _ in _titles(back))


def test_where_nothing_tells_it_is_said(tmp_path: Path) -> None:
    back = _back(tmp_path, ["Salt & rope", "Plain words", "More words"], {"index.html": INDEX})
    assert _titles(back) == [("Salt & rope", True), ("Plain words", False), ("More words", False)]


@pytest.mark.parametrize("place", PLACES)
def test_tags_that_another_place_shows_were_typed(place: str, tmp_path: Path) -> None:
    back = _back(tmp_path, TAGS, PLACES[place])
    assert _titles(back) == [(title, False) for title in TAGS]
    _verified(back)
