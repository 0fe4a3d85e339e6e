"""A stock Jekyll blog, as it differs from finews: endings, lists in the front matter, permalink styles, IDs of any form."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from crawler.exporters.chunk import Task, read_chunk
from crawler.exporters.filters import Filter
from crawler.sites.site import Site

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

HOST = "https://blog.example"
#: Permalink styles, and where each puts a post.
STYLES = {
    "/:categories/:year/:month/:day/:title:output_ext": "{categories}/{year}/{month}/{day}/{title}.html",
    "/:year/:month/:day/:title.html": "/{year}/{month}/{day}/{title}.html",
    "/:categories/:year/:title/": "{categories}/{year}/{title}/",
    "/:title/": "/{title}/",
}


@dataclass(frozen=True, slots=True)
class BlogPost:
    """A source post, its ID, and the names that Jekyll reads in its front matter."""

    file: str
    id: str
    content: str
    categories: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        return self.file[11:].rpartition(".")[0]

    def address(self, style: str) -> str:
        """The path of its page."""
        year, month, day = self.file[:10].split("-")
        categories = "".join(f"/{quote(name.lower())}" for name in self.categories)
        return STYLES[style].format(year=year, month=month, day=day, title=self.title, categories=categories)


POSTS = (
    BlogPost(
        "2022-03-01-welcome.markdown",
        "2022-03-01-welcome",
        '---\nlayout: post\ntitle:  "Welcome"\ndate:   2022-03-01 08:00:00 +0000\ncategories: jekyll update\n---\nThis is **bold**.\n',
        ("jekyll", "update"),
    ),
    BlogPost(
        "2022-03-02-hello-world.md",
        "hello-world",
        "---\nlayout: article\ntitle: Hello\ncategories: [New York, update]\ntags:\n  - Big Apple\n  - apple\n---\n[Home](https://blog.example/)\n",
        ("New York", "update"),
        ("Big Apple", "apple"),
    ),
    BlogPost(
        "2022-03-03-raw.html",
        "raw",
        "---\nlayout: post\ntitle: Raw\ntags: apple\n---\n<p>Two *stars*\n\n    and &lt;blanks&gt; {{ page.title }}</p>\n",
        (),
        ("apple",),
    ),
    BlogPost("2022-03-04-bare.md", "bare", "---\n---\nNeither title nor layout.\n"),
    BlogPost(
        "2023-01-01-hello-world.md",
        "2023-01-01-hello-world",
        "---\nlayout: post\ntitle: Again\ncategory: New York\npermalink: /again/hello.html\n---\n# Again\n",
        ("New York",),
    ),
)


def blog(style: str = "/:title/", home: str = f"{HOST}/") -> Site:
    """A blog of this permalink style; a path of its home page is its ``baseurl``."""

    class Blog(Site):
        name = "blog"

    Blog.permalink, Blog.home = style, home
    return Blog()


def entry(post: BlogPost, style: str = "/:title/") -> dict[str, Any]:
    """The index line of a post."""
    day = post.file[:10]
    return {
        "id": post.id,
        "site": "blog",
        "url": HOST + ("/again/hello.html" if "permalink:" in post.content else post.address(style)),
        "share_url": None,
        "path": f"_posts/{day.replace('-', '/')}/{post.file}",
        "sha256": hashlib.sha256(post.content.encode()).hexdigest(),
        "bytes": len(post.content.encode()),
        "title": post.title,
        "date": f"{day}T08:00:00+00:00",
        "categories": list(post.categories),
        "tags": list(post.tags),
        "source": None,
        "edition": "",
        "body_from": "page",
        "fidelity": "rendered",
        "assumed": [],
        "notes": [],
        "version": 1,
        "first_seen": f"{day}T09:00:00.000000Z",
        "last_seen": f"{day}T09:00:00.000000Z",
        "status": "live",
        "captures": [],
    }


def blog_rows(folder: Path, monkeypatch: pytest.MonkeyPatch, style: str = "/:title/") -> list[dict[str, Any]]:
    """The rows of an archive that has these posts, read from its files."""
    monkeypatch.setattr("crawler.exporters.chunk._site", lambda _: blog(style))
    found = []
    for post in POSTS:
        line = entry(post, style)
        path = folder / line["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(post.content.encode())
        task = Task(str(folder), [(json.dumps(line).encode(), True)], Filter(), "text", signs=False, pack="", reader=b"")
        _, chunk = read_chunk(0, task)
        assert chunk.posts[0].problem == ""
        found.append(chunk.posts[0].item | {"group": post.id})
    return found
