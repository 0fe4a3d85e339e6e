"""Jekyll's own rules that public reports complain of: a site that has each of them once is crawled as a stranger's."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import pytest

from benchmarks.given_back import path_of
from tests.jekyll_sites.dumped import build_and_dump
from tests.jekyll_sites.server import BuiltServer
from tests.replica.crawl import run, settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jekyll_sites.dumped import Post

HOME = "https://rules.example/"
CONFIG = """\
title: Rules
url: https://rules.example
timezone: Asia/Shanghai
plugins: [jekyll-feed, jekyll-paginate, jekyll-sitemap]
paginate: 5
kramdown:
  math_engine: mathjax
  syntax_highlighter_opts: {block: {line_numbers: true}}
collections:
  talks: {output: true}
"""
POST = """\
<html><head><title>{{ page.title | escape }} | Rules</title></head><body><a href="/">Rules</a>
<h1 class="title">{{ page.title | escape }}</h1><time datetime="{{ page.date | date_to_xmlschema }}">{{ page.date | date: "%F" }}</time>
<p class="filed">{% for one in page.categories %}<a rel="category" href="/all/">{{ one }}</a>{% endfor %}</p>
<div class="text">
{{ content }}
</div>
<p class="foot">Written at home.</p></body></html>
"""
HOME_PAGE = """\
---
---
<html><head><title>Rules</title></head><body>{% for post in paginator.posts %}<p><a href="{{ post.url }}">{{ post.title | escape }}</a></p>{% endfor %}
{% for talk in site.talks %}<a href="{{ talk.url }}">{{ talk.title }}</a>{% endfor %}
{% if paginator.next_page %}<a href="{{ paginator.next_page_path }}">older</a>{% endif %}<a href="/About/">about</a><a href="/old/">old</a></body></html>
"""
#: Source posts by their file names; each has one rule.
POSTS = {
    "2021-01-01-one-category.md": "---\ntitle: One category\ncategory: sea side\n---\nA category with a blank is one.\n",
    "2021-01-02-two-categories.md": "---\ntitle: Two categories\ncategories: sea side\n---\nThese are two.\n",
    "2021-01-03-中文网志.md": "---\ntitle: 中文网志\ncategories: [生活]\n---\n“引号”、——和……都是中文的。\n\n## 一个标题\n\n正文在此。\n",
    "2021-01-04-Mixed-Case_Slug.md": "---\ntitle: Mixed case\n---\nCapitals stay in the address.\n",
    "2021-01-05-the-file-counts.md": "---\ntitle: Another title altogether\n---\nThe address comes from the file.\n",
    "2021-01-06-own-place.md": "---\ntitle: Own place\npermalink: /somewhere/else/\n---\nIt has a place of its own.\n",
    "2021-01-07-near-midnight.md": "---\ntitle: Near midnight\ndate: 2021-01-07 00:30:00 +0800\n---\nIn London it was the sixth.\n",
    "2021-01-08-mark.md": "\ufeff---\ntitle: A mark before it\n---\nThere was a byte order mark.\n",
    "2021-01-09-braces.md": "---\ntitle: Braces\n---\n{% raw %}Write `{{ page.title }}` and `{% if x %}`:\n\n```\n{{ site.url }}\n```\n{% endraw %}",
    "2021-01-09-tags.md": "---\ntitle: Tags first\n---\n```\n{{ '{%' }} for x in y %}\n```\n\nAfter `{{ '{%' }} unless x %}`.\n",
    "2021-01-10-numbers.md": "---\ntitle: Numbers of lines\n---\n```ruby\nputs 1\nputs 2\n```\n\nAfter the code.\n",
    "2021-01-11-mathematics.md": "---\ntitle: Mathematics\n---\nA sum $$a_1 + a_2$$ in a line.\n\n$$\n\\sum_{i=1}^n i\n$$\n",
    "2021-01-12-quotes.md": '---\ntitle: \'"Quoted" & more\'\n---\n"Quoted" -- and it\'s so...\n',
    "2021-01-13-hypertext.html": "---\ntitle: Hypertext\n---\n<p>No Markdown <b>at all</b>.</p>\n",
    "2021-01-14-ids.md": "---\ntitle: Ids\n---\n## Same\n\nOne.\n\n## Same\n\nTwo.\n\n## Own {#mine}\n\nThree.\n",
}
OTHERS = {
    "_layouts/post.html": POST,
    "index.html": HOME_PAGE,
    "about.md": "---\nlayout: post\ntitle: About\ndate: 2021-02-01\npermalink: /About/\n---\nA page beside the posts.\n",
    "_talks/2021-03-01-a-talk.md": "---\nlayout: post\ntitle: A talk\n---\nA document of a collection, with a day.\n",
    "old.html": '---\npermalink: /old/\n---\n<!DOCTYPE html><html><head><title>Redirecting&hellip;</title><link rel="canonical" href="/somewhere/else/">'
    '<meta http-equiv="refresh" content="0; url=/somewhere/else/"></head><h1>Redirecting&hellip;</h1></html>\n',
}

Crawled = tuple[list["Post"], dict[str, dict[str, Any]], "Path", int]


@pytest.fixture(scope="module")
def crawled(tmp_path_factory: pytest.TempPathFactory) -> Crawled:
    sources, built, root = (tmp_path_factory.mktemp(name) for name in ("sources", "built", "archives"))
    written = {"_config.yml": CONFIG} | OTHERS | {f"_posts/{name}": _in_layout(text) for name, text in POSTS.items()}
    for name, text in written.items():
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        (sources / name).write_text(text, "utf-8")
    posts = build_and_dump(sources, built)
    with BuiltServer(built, HOME) as server:
        done = run("crawl", "jekyll", "-a", f"url={HOME}", "-a", "name=rules", settings=settings_for(server.origins, root))
    lines = (root / "rules" / "index.jsonl").read_text("utf-8").splitlines()
    return posts, {path_of(entry["url"]): entry for entry in map(json.loads, lines)}, root, done.returncode


def _in_layout(text: str) -> str:
    return text.replace("---\n", "---\nlayout: post\n", 1)


def test_posts_alone_are_found(crawled: Crawled) -> None:
    posts, index, _, code = crawled
    assert code == 0
    assert index.keys() == {path_of(post.url) for post in posts}
    assert len(index) == len(POSTS)


def test_titles_days_and_categories_are_those_of_the_sources(crawled: Crawled) -> None:
    posts, index, _, _ = crawled
    for post in posts:
        entry = index[path_of(post.url)]
        assert (entry["title"], entry["date"], entry["categories"]) == (post.title, post.date, list(post.categories)), (
            post.source
        )


def test_files_are_called_as_they_were_where_the_address_tells(crawled: Crawled) -> None:
    posts, index, _, _ = crawled
    for post in posts:
        stem = unquote(index[path_of(post.url)]["path"]).rpartition("/")[2].rpartition(".")[0]
        if "somewhere" not in post.url:
            assert stem == post.source.rpartition("/")[2].rpartition(".")[0]


def test_jekyll_renders_them_all_as_their_pages_show_them(crawled: Crawled) -> None:
    done = run("verify", "rules", "--render", settings={"ARCHIVE_ROOT": str(crawled[2])})
    assert done.returncode == 0, done.stdout + done.stderr
    assert {entry["fidelity"] for entry in crawled[1].values()} == {"rendered"}
