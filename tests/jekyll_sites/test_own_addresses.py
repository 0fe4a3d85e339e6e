"""Whatever rule is learned, Jekyll publishes each post that came back at the address that it had."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.jekyll_sites.small import LAYOUT, given_back, post, text_of
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jekyll_sites.small import Back

_SORTED = '<p>{% assign names = page.categories | sort %}{% for one in names %}<a rel="category" href="/c/">{{ one }}</a> {% endfor %}</p>\n<div class="text">'
LAYOUTS = {"_layouts/post.html": LAYOUT.replace('<div class="text">', _SORTED)}
NAMES = ("[Tide, Science]", "[sea side]", "[Land]")


def _back(root: Path, permalink: str, **more: str) -> Back:
    """A site whose posts stand on different days, each with categories that its page shows sorted."""
    posts = {}
    for number in range(9):
        day = f"20{10 + number % 7}-{1 + number % 12:02}-{3 + number * 2:02}"
        keys = {"categories": NAMES[number % 3], "date": f"{day} {8 + number:02}:{10 + number * 3}:00 +0000"}
        posts[f"_posts/{day}-post-{number}.md"] = post(f"Post {number}", text_of(number), **keys)
    return given_back(root, posts | LAYOUTS | more, f"permalink: {permalink}\n")


def _stands(back: Back) -> None:
    done = run("verify", "small", "--render", settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert done.returncode == 0, done.stdout + done.stderr
    assert len(back.index) == len(back.posts)


def test_the_order_of_categories_is_that_of_the_address(tmp_path: Path) -> None:
    own = post("Special", text_of(20), categories="[Land]", permalink="/special/place/")
    back = _back(tmp_path, "/:categories/:title/", **{"_posts/2018-02-03-special.md": own})
    assert "categories: [Tide, Science]" in back.source("/tide/science/post-0/")
    assert "permalink" not in back.source("/tide/science/post-0/")
    assert "permalink: /special/place/" in back.source("/special/place/")
    _stands(back)


def test_posts_that_no_rule_serves_say_where_they_stand(tmp_path: Path) -> None:
    back = _back(tmp_path, "/p/:hour/:minute/:title/")
    assert "permalink: /p/08/10/post-0/" in back.source("/p/08/10/post-0/")
    _stands(back)


@pytest.mark.parametrize(
    "permalink", ["/:short_year/:y_day/:title.html", "/:year/:short_month/:title", "/:categories/:year/:long_month/:title/"]
)
def test_placeholders_of_times_are_learned(tmp_path: Path, permalink: str) -> None:
    back = _back(tmp_path, permalink)
    assert not [path for path in back.index if "permalink" in back.source(path)]
    assert {entry["path"].rpartition("/")[2] for entry in back.index.values()} == {
        one.source.rpartition("/")[2] for one in back.posts
    }
    _stands(back)


def test_names_with_blanks_in_addresses_of_slugs_do_so_too(tmp_path: Path) -> None:
    back = _back(tmp_path, "/:slugified_categories/:title/")
    assert "permalink: /sea-side/post-1/" in back.source("/sea-side/post-1/")
    _stands(back)
