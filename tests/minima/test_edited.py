"""The blog changes, as blogs do, between two runs."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.minima.build import SITE, build
from tests.minima.declared import Blog, check_offline
from tests.minima.server import MinimaServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Build = Callable[..., Path]

MARKET = "2024-05-25-market-day"


class Edited(Blog):
    """The blog with its sources, which may be edited."""

    builds = 0

    def edit(self, name: str, old: str, new: str) -> None:
        path = self.posts / name
        text = path.read_text("utf-8")
        assert old in text
        path.write_text(text.replace(old, new), "utf-8")

    @property
    def posts(self) -> Path:
        return self.root.parent / "sources" / "_posts"

    def publish(self) -> None:
        """Have Jekyll make the blog again."""
        self.builds += 1
        self.server.folder = build(self.root.parent / f"built{self.builds}", sources=self.posts.parent)


@pytest.fixture
def blog(minima: Build, tmp_path: Path) -> Iterator[Edited]:
    """Crawled once."""
    shutil.copytree(SITE, tmp_path / "sources")
    with MinimaServer(minima()) as server:
        blog = Edited(tmp_path, server)
        blog.crawl()
        yield blog


def test_an_edited_text_is_a_new_version(blog: Edited) -> None:
    blog.edit(f"{MARKET}.md", "Three stalls.", "Three stalls, and a dog.")
    blog.publish()
    blog.crawl()
    assert sorted(blog.asked) == ["/ 304", "/feed.xml 200", "/market/2024/05/25/market-day.html 200"]
    assert blog.index[MARKET]["version"] == 2
    assert "and a dog." in blog.source(MARKET)
    check_offline(blog)


def test_an_edited_post_that_is_in_no_feed_is_found_by_asking_again(blog: Edited) -> None:
    blog.edit("2024-02-29-leap-day-notes.md", "no title of its own", "no title at all")
    blog.publish()
    blog.crawl()
    assert blog.index["2024-02-29-leap-day-notes"]["version"] == 1
    blog.crawl("-a", "recheck=1")
    assert blog.index["2024-02-29-leap-day-notes"]["version"] == 2
    check_offline(blog)


@pytest.mark.parametrize(
    ("name", "old", "new", "found"),
    [
        (MARKET, "tags: [market]", "tags: [market, Dogs]", (["market"], ["market", "Dogs"])),
        (MARKET, "tags: [market]\n", "", (["market"], [])),
        ("2024-04-20-three-scripts", "[Code]", "[CODE]", (["CODE"], ["python", "Liquid", "shell"])),
    ],
)
def test_an_edit_that_only_the_feed_shows(blog: Edited, name: str, old: str, new: str, found: object) -> None:
    blog.edit(f"{name}.md", old, new)
    blog.publish()
    blog.crawl()
    assert len(blog.asked) == 3
    entry = blog.index[name]
    assert (entry["version"], (entry["categories"], entry["tags"])) == (2, found)
    blog.crawl()
    assert sorted(blog.asked) == ["/ 304", "/feed.xml 304"]
    check_offline(blog)


def test_a_page_that_does_not_answer_is_asked_for_again(blog: Edited) -> None:
    from tests.serving import Reply

    blog.edit(f"{MARKET}.md", "tags: [market]", "tags: [Dogs]")
    blog.publish()
    blog.server.replies["blog.example", "/market/2024/05/25/market-day.html"] = [Reply(503, b"later")]
    blog.crawl(code=1, RETRY_ENABLED="0")
    assert blog.index[MARKET]["version"] == 1
    blog.server.replies.clear()
    blog.crawl()
    assert (blog.index[MARKET]["version"], blog.index[MARKET]["tags"]) == (2, ["Dogs"])
    check_offline(blog)


def test_new_and_removed_posts(blog: Edited) -> None:
    new = (
        "---\ntitle: Brand new\nlayout: post\ndate: 2024-06-25 10:00:00 +0200\ncategories: [New Things]\ntags: [a]\n---\nNew.\n"
    )
    (blog.posts / "2024-06-25-new.md").write_text(new, "utf-8")
    (blog.posts / "2024-06-21-raw-html.md").unlink()
    blog.publish()
    blog.crawl()
    assert sorted(blog.asked) == ["/ 200", "/feed.xml 200", "/new%20things/2024/06/25/new.html 200"]
    assert (blog.index["2024-06-25-new"]["categories"], blog.index["2024-06-25-new"]["tags"]) == (["New Things"], ["a"])
    blog.crawl("-a", "sweep=1")
    assert blog.index["2024-06-21-raw-html"]["status"] == "gone"
    assert "kramdown" in blog.source("2024-06-21-raw-html")
    check_offline(blog)


def test_a_post_that_leaves_the_feed_keeps_what_it_told(blog: Edited) -> None:
    for number in range(4):
        text = f"---\nlayout: post\ntitle: New {number}\ndate: 2024-06-25 1{number}:00:00 +0200\n---\nNew.\n"
        (blog.posts / f"2024-06-25-new{number}.md").write_text(text, "utf-8")
    blog.publish()
    before = blog.index
    blog.crawl("-a", "recheck=1")
    after = blog.index
    assert len(after) == 19
    assert {post_id: after[post_id]["sha256"] for post_id in before} == {i: e["sha256"] for i, e in before.items()}
    check_offline(blog)
