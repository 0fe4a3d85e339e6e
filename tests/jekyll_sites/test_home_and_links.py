"""A post that the home page shows whole; and posts that link elsewhere, as feeds and titles of such have it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import yaml

from benchmarks.given_back import path_of
from tests.jekyll_sites.small import LAYOUT, given_back, post, text_of
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jekyll_sites.small import Back

FEED = """\
---
---
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Small</title><link href="https://small.example/"/><updated>{{ site.time | date_to_xmlschema }}</updated>
{% for post in site.posts limit: 4 %}<entry><title>{{ post.title | xml_escape }}</title>
<link href="{% if post.link %}{{ post.link }}{% else %}https://small.example{{ post.url }}{% endif %}"/><id>https://small.example{{ post.url }}</id>
<updated>{{ post.date | date_to_xmlschema }}</updated><content type="html">{{ post.content | xml_escape }}</content></entry>
{% endfor %}</feed>
"""
LINKED = LAYOUT.replace(
    '<h1 class="title">{{ page.title | escape }}</h1>',
    '<h1 class="title">{% if page.link %}<a href="{{ page.link }}">{{ page.title | escape }}</a> <a href="{{ page.url }}" title="permalink">&#9733;</a>{% else %}{{ page.title | escape }}{% endif %}</h1>',
)


def _posts(**keys: str) -> dict[str, str]:
    return {
        f"_posts/2023-0{number + 1}-11-post-{number}.md": post(f"Post on {number}", text_of(number), **keys)
        for number in range(7)
    }


def _same(back: Back) -> None:
    for one in back.posts:
        assert one.url in back.index, (one.url, sorted(back.index))
        entry = back.index[one.url]
        assert (entry["title"], entry["date"][:10], entry["fidelity"]) == (one.title, one.date[:10], "rendered"), one.url
    assert len(back.index) == len(back.posts)


def test_the_newest_post_whole_on_the_home_page(tmp_path: Path) -> None:
    whole = (
        LAYOUT.replace("page.", "site.posts.first.")
        .replace("{{ content }}", "{{ site.posts.first.content }}")
        .replace(
            '<p class="foot">',
            '<ul>{% for post in site.posts %}<li><a href="{{ post.url }}">{{ post.title }}</a></li>{% endfor %}</ul><p class="foot">',
        )
    )
    back = given_back(tmp_path, _posts() | {"index.html": f"---\n---\n{whole}"}, "permalink: pretty\n")
    _same(back)


def test_links_of_posts_that_link_elsewhere(tmp_path: Path) -> None:
    files = _posts()
    for number in (1, 3, 5, 6):
        files[f"_posts/2023-0{number + 1}-11-post-{number}.md"] = post(
            f"Post on {number}", text_of(number), link=f"https://other.example/{number}/?a=1&b=2"
        )
    layout = LINKED.replace("<head>", '<head><link rel="alternate" type="application/atom+xml" href="/atom.xml">')
    back = given_back(tmp_path, files | {"_layouts/post.html": layout, "atom.xml": FEED}, "permalink: pretty\n")
    _same(back)
    _linked(back, "link", sure=False)
    assert "Jekyll's own settings" in (back.folder / "site.toml").read_text("utf-8")
    (tmp_path / "2023-02-11-post-1.md").write_text(
        files["_posts/2023-02-11-post-1.md"].replace("link:", "external-url:"), "utf-8"
    )
    settings = {"ARCHIVE_ROOT": str(back.folder.parent)}
    for step in (("learn", "small", "--samples", str(tmp_path / "2023-02-11-post-1.md")), ("rebuild", "small")):
        done = run(*step, settings=settings)
        assert done.returncode == 0, done.stderr
    _linked(back, "external-url", sure=True)


def _linked(back: Back, key: str, *, sure: bool) -> None:
    index = map(json.loads, (back.folder / "index.jsonl").read_text("utf-8").splitlines())
    for path, entry in ((path_of(entry["url"]), entry) for entry in index):
        number = int(path[-2])
        front = yaml.safe_load(back.source(path).split("---\n")[1])
        assert front.get(key) == (f"https://other.example/{number}/?a=1&b=2" if number in (1, 3, 5, 6) else None)
        assert ("link" in entry["assumed"]) == (number in (1, 3, 5, 6) and not sure)
