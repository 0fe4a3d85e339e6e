"""Posts that are shorter than the list of the newest below them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.jekyll_sites.small import LAYOUT, given_back, post

if TYPE_CHECKING:
    from pathlib import Path

NEWEST = LAYOUT.replace(
    '<p class="foot">',
    '<div class="newest"><h2>Newest</h2><ul>{% for post in site.posts limit: 3 %}<li><a href="{{ post.url }}">'
    "{{ post.title }} and what else there is to be said of it in a long line of words</a></li>{% endfor %}</ul></div>"
    '<p class="foot">',
)


def test_posts_that_are_shorter_than_the_list_below_them(tmp_path: Path) -> None:
    posts = {
        f"_posts/2023-{n + 1:02}-11-post-{n}.md": post(f"Note {n}", f"Short {n}, {'so ' * (n % 3)}it is.") for n in range(9)
    }
    back = given_back(tmp_path, posts | {"_layouts/post.html": NEWEST}, "permalink: pretty\n")
    assert {path: (one["title"], one["fidelity"]) for path, one in back.index.items()} == {
        one.url: (one.title, "rendered") for one in back.posts
    }
    assert all("so it is" in back.source(path) or "it is" in back.source(path) for path in back.index)
