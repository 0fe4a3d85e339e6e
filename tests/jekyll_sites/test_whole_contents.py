"""Posts that all have the same headings come back whole, though no feed has their contents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.jekyll_sites.small import given_back, post, text_of
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

_MANY = 14


def _recipe(number: int) -> str:
    return f"{text_of(number)}\n\n## What\n\n{text_of(number + 20)}\n\n<!--more-->\n\n## How\n\n{text_of(number + 40)}\n\nThis was dish {number} of all that we eat by the sea."


def test_posts_with_the_same_headings_come_back_whole(tmp_path: Path) -> None:
    posts = {f"_posts/20{10 + one}-03-11-post-{one}.md": post(f"Title {one}", _recipe(one)) for one in range(_MANY)}
    back = given_back(tmp_path, posts)
    assert len(back.index) == _MANY, back.said
    for path, entry in back.index.items():
        assert entry["fidelity"] == "rendered", entry
        number = int(path.rpartition("-")[2].removesuffix(".html"))
        assert back.source(path).partition("---\n")[2].partition("---\n")[2].strip() == _recipe(number)
    done = run("verify", back.folder.name, "--render", settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert done.returncode == 0, done.stdout + done.stderr
