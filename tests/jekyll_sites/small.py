"""A small site of texts in a test: built by the real Jekyll, served on loopback, and crawled as a stranger's."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from benchmarks.given_back import path_of
from tests.conftest import missing
from tests.jekyll_sites.dumped import build_and_dump
from tests.jekyll_sites.server import BuiltServer
from tests.learn.made import WORDS
from tests.replica.build import INSTALL, JekyllMissing
from tests.replica.crawl import run, settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jekyll_sites.dumped import Post

HOME = "https://small.example/"
#: A layout that shows title, day and content, and a list of all posts.
LAYOUT = """\
<!DOCTYPE html><html><head><title>{{ page.title | escape }} | Small</title></head><body><nav><a href="/">Small</a> <a href="/about/">About</a></nav>
<h1 class="title">{{ page.title | escape }}</h1><time datetime="{{ page.date | date_to_xmlschema }}">{{ page.date | date: "%F" }}</time>
<div class="text">
{{ content }}
</div>
<p class="foot">Written at home.</p></body></html>
"""
INDEX = """\
---
title: Home
---
<!DOCTYPE html><html><head><title>Small</title></head><body><nav><a href="/">Small</a> <a href="/about/">About</a></nav>
<ul>{% for post in site.posts %}<li><a href="{{ post.url }}">{{ post.title | escape }}</a></li>{% endfor %}</ul></body></html>
"""
ABOUT = """\
---
title: About
permalink: /about/
---
<!DOCTYPE html><html><head><title>About | Small</title></head><body><nav><a href="/">Small</a> <a href="/about/">About</a></nav>
<h1>About</h1><p>Who writes here, and why.</p></body></html>
"""


@dataclass(frozen=True, slots=True)
class Back:
    """What came back of a site: its posts as Jekyll knew them, the index by paths, and the archive's folder."""

    posts: list[Post]
    index: dict[str, dict[str, Any]]
    folder: Path
    said: str

    def source(self, path: str) -> str:
        """The source post that came back for the post at a path."""
        return (self.folder / self.index[path]["path"]).read_text("utf-8")


def given_back(root: Path, files: dict[str, str], config: str = "", *, home: str = HOME) -> Back:
    """Build a site of these files, crawl it, and give what came back.

    :param root: an empty folder.
    :param files: by their paths; those of :data:`LAYOUT`, :data:`INDEX` and :data:`ABOUT` where they have no other.
    """
    sources, built = root / "sources", root / "built"
    stock = {
        "_layouts/post.html": LAYOUT,
        "index.html": INDEX,
        "about.html": ABOUT,
        "_config.yml": f"title: Small\nurl: {home.rstrip('/')}\n{config}",
    }
    for name, text in (stock | files).items():
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        (sources / name).write_text(text, "utf-8")
    try:
        posts = build_and_dump(sources, built)
    except JekyllMissing:
        missing("Jekyll with its plug-ins", INSTALL)
    with BuiltServer(built, home) as server:
        done = run(
            "crawl", "jekyll", "-a", f"url={home}", "-a", "name=small", settings=settings_for(server.origins, root / "archives")
        )
    lines = (
        (root / "archives" / "small" / "index.jsonl").read_text("utf-8").splitlines()
        if (root / "archives" / "small" / "index.jsonl").exists()
        else []
    )
    return Back(
        posts,
        {path_of(entry["url"]): entry for entry in map(json.loads, lines)},
        root / "archives" / "small",
        done.stdout + done.stderr,
    )


def post(title: str, text: str, **keys: str) -> str:
    """A source post."""
    more = "".join(f"{key}: {value}\n" for key, value in keys.items())
    return f"---\nlayout: post\ntitle: {title}\n{more}---\n{text}\n"


def text_of(number: int) -> str:
    """A body that differs from all others."""
    words = WORDS[:14]
    own = [words[(number * 5 + place * 3) % len(words)] for place in range(12)]
    return f"The {' '.join(own)} number {number}.\n\nAnother *paragraph* of {own[number % 12]}, and {number + 7} more.\n\n* one {own[0]}\n* two {own[1]}"
