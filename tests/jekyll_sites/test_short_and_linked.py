"""Posts shorter than the list of the newest below them; and old posts that only a list without days leads to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.jekyll_sites.small import LAYOUT, given_back, post, text_of

if TYPE_CHECKING:
    from pathlib import Path

NEWEST = LAYOUT.replace(
    '<p class="foot">',
    '<div class="newest"><h2>Newest</h2><ul>{% for post in site.posts limit: 3 %}<li><a href="{{ post.url }}">'
    "{{ post.title }} and what else there is to be said of it in a long line of words</a></li>{% endfor %}</ul></div>"
    '<p class="foot">',
)
FEED = """\
---
---
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><title>Small</title><updated>{{ site.time | date_to_xmlschema }}</updated>
{% for post in site.posts limit: 4 %}<entry><title>{{ post.title }}</title><link href="{{ site.url }}{{ post.url }}"/>
<id>{{ site.url }}{{ post.url }}</id><updated>{{ post.date | date_to_xmlschema }}</updated>
<content type="html">{{ post.content | xml_escape }}</content></entry>{% endfor %}</feed>
"""


def test_posts_that_are_shorter_than_the_list_below_them(tmp_path: Path) -> None:
    posts = {
        f"_posts/2023-{n + 1:02}-11-post-{n}.md": post(f"Note {n}", f"Short {n}, {'so ' * (n % 3)}it is.") for n in range(9)
    }
    back = given_back(tmp_path, posts | {"_layouts/post.html": NEWEST}, "permalink: pretty\n")
    assert {path: (one["title"], one["fidelity"]) for path, one in back.index.items()} == {
        one.url: (one.title, "rendered") for one in back.posts
    }
    assert all("so it is" in back.source(path) or "it is" in back.source(path) for path in back.index)


def test_old_posts_that_a_list_without_days_leads_to(tmp_path: Path) -> None:
    posts = {
        f"_posts/2023-{n + 1:02}-11-post-{n}.md": post(f"Post & {n}", text_of(n), categories=["sea", "land"][n % 2])
        for n in range(9)
    }
    layout = NEWEST.replace("<head>", '<head><link rel="alternate" type="application/atom+xml" href="/atom.xml">')
    about = f"---\ntitle: About\npermalink: /about/\nlayout: post\n---\nWho writes here, {'and why ' * 9}.\n"
    files = posts | {"_layouts/post.html": layout, "atom.xml": FEED, "about.md": about}
    back = given_back(tmp_path, files, "permalink: /:categories/:title/\n")
    assert {path: (one["title"], one["date"][:10]) for path, one in back.index.items()} == {
        one.url: (one.title, one.date[:10]) for one in back.posts
    }
