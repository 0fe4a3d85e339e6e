"""A table of contents that a layout puts before a content is no content, in however many posts; one that an author has is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.jekyll_sites.small import LAYOUT, given_back, post, text_of
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

_ITEMS = """{% assign parts = content | split: '<h2 id="' %}{% for part in parts offset: 1 %}{% assign id = part | split: '"' | first %}\
{% assign head = part | split: "</h2>" | first %}{% assign start = id | append: '">' %}\
<li class="toc-entry"><a href="#{{ id }}">{{ head | remove_first: start }}</a>{% if forloop.first %}
<ul><li><a href="#{{ id }}">Again</a></li></ul>{% endif %}</li>
{% endfor %}"""
_TOCS = {
    "aside": f'<aside class="sidebar"><nav class="toc"><header><h4>On this page</h4></header>\n<ul>{_ITEMS}</ul></nav></aside>',
    "div": f'<div class="toc"><h3>Contents</h3>\n<ul>{_ITEMS}</ul></div>',
    "list": f'<ul id="toc" class="section-nav">\n{_ITEMS}</ul>',
    "details": f'<details class="page-toc" open><summary>Contents</summary>\n<ol>{_ITEMS}</ol></details>',
}
#: Which posts have one.
_SHARES = {"one": [3], "two": [2, 5], "half": [1, 2, 4], "most": [0, 1, 2, 3, 5, 6], "all": list(range(7))}
_WORDS = ("ferry", "lantern", "copper", "harbour", "market", "anchor", "river")


def _text(number: int) -> str:
    """A text with two headings or more, directly or behind a paragraph."""
    parts = [text_of(number * 10).split("\n")[0]] if number % 3 else []
    for place in range(2 + number % 3):
        parts += [f"## {_WORDS[(number + place) % 7].title()} {place} of {number}", text_of(number * 10 + place + 1)]
    return "\n\n".join(parts)


def _body(source: str) -> str:
    return source.partition("---\n")[2].partition("---\n")[2].strip()


@pytest.mark.parametrize(
    ("kind", "share"),
    [
        ("aside", "one"),
        ("aside", "most"),
        ("div", "two"),
        ("div", "all"),
        ("list", "one"),
        ("list", "half"),
        ("details", "most"),
    ],
)
def test_a_table_of_contents_of_the_layout_does_not_come_back(tmp_path: Path, kind: str, share: str) -> None:
    layout = LAYOUT.replace("{{ content }}", f"{{% if page.toc %}}{_TOCS[kind]}{{% endif %}}\n{{{{ content }}}}")
    files = {"_layouts/post.html": layout} | {
        f"_posts/2023-0{number + 1}-11-{word}.md": post(
            f"About {word}", _text(number), **({"toc": "true"} if number in _SHARES[share] else {})
        )
        for number, word in enumerate(_WORDS)
    }
    back = given_back(tmp_path, files)
    bodies = {number: _body(back.source(path)) for path in back.index for number, word in enumerate(_WORDS) if word in path}
    assert bodies == {number: _text(number) for number in range(len(_WORDS))}
    done = run("verify", "small", "--render", settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert done.returncode == 0, done.stdout + done.stderr
    doubted = {
        number for path in back.index for number, word in enumerate(_WORDS) if word in path and _is_doubted(back.index[path])
    }
    assert doubted <= set(_SHARES[share])


def _is_doubted(entry: dict[str, list[str]]) -> bool:
    return "body.toc" in entry["assumed"]


@pytest.mark.parametrize(
    "typed", ["* Contents\n{:toc}", '<div class="toc"><ul><li><a href="#copper-0-of-2">One</a></li></ul></div>']
)
def test_a_table_of_contents_of_an_author_comes_back(tmp_path: Path, typed: str) -> None:
    files = {
        f"_posts/2023-0{number + 1}-11-{word}.md": post(
            f"About {word}", f"{typed}\n\n{_text(number)}" if number == 2 else _text(number)
        )
        for number, word in enumerate(_WORDS)
    }
    back = given_back(tmp_path, files, "plugins: [jekyll-feed]\n")
    source = next(back.source(path) for path in back.index if "copper" in path)
    assert "{:toc}" in source if "{:toc}" in typed else '<div class="toc">' in source
