"""Posts of which nothing tells a day: pages and lists show none, and the feed has the newest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.jekyll_sites.small import INDEX, LAYOUT, given_back, post, text_of
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

UNDATED = LAYOUT.replace(LAYOUT[LAYOUT.index("<time") : LAYOUT.index("</time>") + 7], "")
PAGED = INDEX.replace("site.posts", "paginator.posts").replace(
    "</ul>", "</ul>{% if paginator.next_page %}<a href='{{ paginator.next_page_path }}'>older</a>{% endif %}"
)
CONFIG = "permalink: /notes/:title/\nplugins: [jekyll-feed, jekyll-paginate]\npaginate: 5\n"


def test_they_come_back_in_the_order_of_the_lists_with_a_day_that_is_said_to_be_a_guess(tmp_path: Path) -> None:
    posts = {
        f"_posts/2023-{1 + number // 4:02}-{3 + number % 4 * 6:02}-post-{number}.md": post(f"Tide {number}", text_of(number))
        for number in range(22)
    }
    back = given_back(tmp_path, posts | {"_layouts/post.html": UNDATED, "index.html": PAGED}, CONFIG)
    assert len(back.posts) == len(posts)
    assert {path: one["title"] for path, one in back.index.items()} == {one.url: one.title for one in back.posts}, back.said
    in_feed = {one.url for one in sorted(back.posts, key=lambda one: one.date)[-10:]}
    assert {path for path, one in back.index.items() if "date.day" in one["assumed"]} == back.index.keys() - in_feed
    assert [one.url for one in sorted(back.posts, key=lambda one: one.date)] == sorted(
        back.index, key=lambda path: back.index[path]["date"]
    )
    archive = {"ARCHIVE_ROOT": str(back.folder.parent)}
    oldest = next(path for path, one in back.index.items() if one["title"] == "Tide 0")
    assert "[assumed_days] in site.toml" in " ".join(
        run("explain", "small", back.index[oldest]["id"], settings=archive).stdout.split()
    )
    known = (back.folder / "site.toml").read_text("utf-8")
    guess = back.index[oldest]["date"][:10]
    (back.folder / "site.toml").write_text(
        known.replace(f'"{oldest[1:]}" = "{guess}"', f'"{oldest[1:]}" = "2022-12-24"'), "utf-8"
    )
    assert run("rebuild", "small", settings=archive).returncode == 0
    assert list((back.folder / "_posts").rglob("2022-12-24-post-0.*"))
    done = run("verify", "small", settings=archive)
    assert done.returncode == 0, done.stdout + done.stderr
