"""Bylines, whatever they are made of, are no part of contents, and tell who wrote a post; quotes in the head spoil no title."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import yaml

from tests.jekyll_sites.small import INDEX, LAYOUT, given_back, post, text_of

if TYPE_CHECKING:
    from pathlib import Path

_DAY = '{{ page.date | date: "%b %-d, %Y" }}'
_SHOWN = '<time datetime="{{ page.date | date_to_xmlschema }}">{{ page.date | date: "%F" }}</time>'
#: The author of the site is the same in each head, that of the home page, too.
_HEAD = '<head><meta name="author" content="The crew">'
_BYLINES = {
    "elements in a line": f'<p class="metadata"><span class="stamp">{_DAY}</span> &nbsp;|&nbsp; <span class="author">{{{{ page.author }}}}</span></p>',
    "elements that the post lacks": f'<p class="metadata"><span class="stamp">{_DAY}</span>{{% if page.author %}} | <span class="author"><a href="#">{{{{ page.author }}}}</a></span>{{% endif %}}</p>',
    "text": f'<p class="post-meta">{_DAY} • {{{{ page.author }}}}</p>',
    "text that the post lacks": f'<p class="post-meta">{_DAY}{{% if page.author %}} • {{{{ page.author }}}}{{% endif %}}</p>',
    "words around": f'<p class="post-meta">Posted by {{{{ page.author }}}} on {_DAY}</p>',
}
_AUTHORS = ["Ann Lee", "Bo Sand", "Ann Lee", "Cleo Weir, Ann Lee"]


def _files(byline: str, authors: list[str]) -> dict[str, str]:
    layout = LAYOUT.replace(_SHOWN, byline).replace("<head>", _HEAD)
    return {"_layouts/post.html": layout, "index.html": INDEX.replace("<head>", _HEAD)} | {
        f"_posts/2023-{number + 1:02}-11-post-{number}.md": post(
            f"Title {'of ' * (number % 3)}{number}", text_of(number), **({"author": f"'{author}'"} if author else {})
        )
        for number, author in enumerate(authors)
    }


@pytest.mark.parametrize("kind", _BYLINES)
def test_a_byline_is_no_content_and_tells_the_author(tmp_path: Path, kind: str) -> None:
    authors = [*_AUTHORS, *(("", "") if "lacks" in kind else ()), *_AUTHORS]
    back = given_back(tmp_path, _files(_BYLINES[kind], authors))
    entries = [back.index[path] for path in sorted(back.index)]
    assert [entry["fidelity"] for entry in entries] == ["rendered"] * len(authors), back.said
    assert all(entry["path"].endswith(".md") for entry in entries)
    assert not any("Posted" in back.source(path) or "|" in back.source(path) or "•" in back.source(path) for path in back.index)
    found = [
        next((line[8:] for line in back.source(path).splitlines() if line.startswith("author: ")), "")
        for path in sorted(back.index)
    ]
    assert [name.strip("'\"") for name in found] == authors


def test_an_author_that_all_posts_name_beside_the_day_is_not_made_up(tmp_path: Path) -> None:
    back = given_back(tmp_path, _files(f'<p class="post-meta">{_DAY} • 5 min read</p>', [""] * 5))
    assert len(back.index) == 5
    assert not any("author:" in back.source(path) for path in back.index)


TITLES = ['The "first" one', "Plain words", 'Say "salt" = "sea" now', "Three words more", "It is low"]


def test_quotes_in_an_attribute_cut_no_title_off(tmp_path: Path) -> None:
    layout = LAYOUT.replace(
        "<title>{{ page.title | escape }} | Small</title>",
        '<title>{{ page.title | escape }} | Small</title><meta property="og:title" content="{{ page.title }}">'
        '<meta name="description" content="{{ page.description }}">',
    )
    files = {"_layouts/post.html": layout} | {
        f"_posts/2023-0{number + 1}-11-post-{number}.md": post(
            f"'{title}'", text_of(number), description=f"'Of {number}, and the \"{title.split()[0]}\" day'"
        )
        for number, title in enumerate(TITLES)
    }
    back = given_back(tmp_path, files)
    assert [back.index[path]["title"] for path in sorted(back.index)] == TITLES
    sources = (back.source(path).split("---\n")[1] for path in sorted(back.index))
    assert [yaml.safe_load(source)["description"] for source in sources] == [
        f'Of {number}, and the "{title.split()[0]}" day' for number, title in enumerate(TITLES)
    ]


def test_dashes_alone_are_typed_as_they_are(tmp_path: Path) -> None:
    titles = ["Salt – and more", "The ferry – again", "A tide – low", "Plain words"]
    back = given_back(
        tmp_path, {f"_posts/2023-0{n + 1}-11-post-{n}.md": post(f"'{title}'", text_of(n)) for n, title in enumerate(titles)}
    )
    assert [back.index[path]["title"] for path in sorted(back.index)] == titles


@pytest.mark.parametrize("zone", ["", "Asia/Shanghai"])
def test_seconds_for_a_script_tell_the_time_of_day_in_the_zone_of_the_site(tmp_path: Path, zone: str) -> None:
    layout = LAYOUT.replace(_SHOWN, f'<em class="ago" data-ts="{{{{ page.date | date: "%s" }}}}">{_DAY}</em>')
    offset = "+0800" if zone else "+0000"
    files = {"_layouts/post.html": layout} | {
        f"_posts/2023-0{n + 1}-11-post-{n}.md": post(f"Title {n}", text_of(n), date=f"2023-0{n + 1}-11 0{n}:2{n}:00 {offset}")
        for n in range(5)
    }
    back = given_back(tmp_path, files, f"plugins: [jekyll-feed]\n{f'timezone: {zone}' if zone else ''}\n")
    for n, path in enumerate(sorted(back.index)):
        assert f"date: 2023-0{n + 1}-11 0{n}:2{n}:00 {offset}\n" in back.source(path)
