"""Posts without any layout: their pages are their contents, and lists or feeds tell the rest."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.jekyll_sites.small import INDEX, given_back, post, text_of
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("bare", [range(7), (2, 5)], ids=["all", "some"])
def test_posts_without_a_layout_come_back_as_their_contents(bare: range | tuple[int, ...], tmp_path: Path) -> None:
    posts = {
        f"_posts/2023-0{number + 1}-11-post-{number}.md": post(f"'A tide: {number}'", text_of(number)) for number in range(7)
    }
    for number in bare:
        name = f"_posts/2023-0{number + 1}-11-post-{number}.md"
        posts[name] = posts[name].replace("layout: post\n", "")
    back = given_back(tmp_path, posts, "permalink: pretty\n")
    assert {path: (one["title"], one["date"][:10], one["fidelity"]) for path, one in back.index.items()} == {
        one.url: (one.title, one.date[:10], "rendered") for one in back.posts
    }
    done = run("verify", "small", "--render", settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert run("learn", "small", settings={"ARCHIVE_ROOT": str(back.folder.parent)}).returncode == 0


def test_an_error_page_is_no_post_without_a_layout(tmp_path: Path) -> None:
    posts = {f"_posts/2023-0{number + 1}-11-post-{number}.md": post(f"Tide {number}", text_of(number)) for number in range(7)}
    for number in (1, 3, 4):
        name = f"_posts/2023-0{number + 1}-11-post-{number}.md"
        posts[name] = f"---\ntitle: Tide {number}\n---\nGone.\n"
    back = given_back(tmp_path, posts | {"index.html": INDEX}, "permalink: pretty\n")
    assert len(back.index) == len(posts) - 3
