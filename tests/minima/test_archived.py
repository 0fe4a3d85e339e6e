"""The blog archived by a class of eight lines and one sample, and held against its sources."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.minima.declared import NAME, Blog, check_offline
from tests.minima.server import MinimaServer
from tests.minima.truth import Source, sources

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Build = Callable[..., Path]


#: What is not in the feed of ten entries.
OUT_OF_FEED = {"2024-01-08", "2024-02-03", "2024-02-14", "2024-02-29", "2024-03-10"}


def truth() -> dict[str, Source]:
    """The sources by what an archive calls them: the day on which Jekyll publishes a post may be another than its file's."""
    found = {}
    for name, source in sources().items():
        day, slug = name[:10], name[11:].rsplit(".", 1)[0]
        day = "2024-03-31" if slug == "clock-change" else day
        found["notes-own-address" if slug == "own-address" else f"{day}-{slug}"] = source
    return found


def listed(value: Any) -> list[str]:
    return value.split() if isinstance(value, str) else list(value or ())


def categories(front: dict[str, Any]) -> list[str]:
    return [front["category"]] if "category" in front else listed(front.get("categories"))


def test_every_post_is_there_with_what_page_and_feed_tell(archived: Blog) -> None:
    found = archived.index
    assert found.keys() == truth().keys()
    for post_id, source in truth().items():
        entry, front = found[post_id], source.front
        assert entry["title"] == front.get("title", "Leap Day Notes")
        assert entry["fidelity"] == "rendered"
        if post_id[:10] in OUT_OF_FEED:
            assert [name.lower() for name in categories(front)] == entry["categories"]
            assert "tags" in entry["assumed"]
            assert ("categories.case" in entry["assumed"]) == bool(categories(front))
        elif post_id == "notes-own-address":  # neither its address nor its page tells which of the feed's names are categories
            assert (entry["categories"], entry["tags"], entry["assumed"]) == ([], ["notes", "addresses"], ["categories"])
        else:
            told = (entry["categories"], entry["tags"], entry["assumed"])
            assert told == (categories(front), listed(front.get("tags")), [])
    dates = {post_id: entry["date"] for post_id, entry in found.items()}
    assert dates["2024-02-14-cheese-and-chutney"] == "2024-02-14T18:30:00+01:00"
    assert dates["2024-06-21-raw-html"] == "2024-06-21T02:15:00+02:00"  # its source names no zone, which is UTC
    assert dates["2024-03-31-clock-change"] == "2024-03-31T00:40:00+01:00"
    assert dates["2024-03-10-spring-tide"] == "2024-03-10T00:00:00+01:00"


def test_front_matter_has_the_form_of_the_sample(archived: Blog) -> None:
    assert archived.source("2024-02-14-cheese-and-chutney").startswith(
        "---\nlayout: post\ntitle: 'Cheese & chutney: \"the <good> ones\"'\ndate: 2024-02-14 18:30:00 +0100\n"
        "categories: [travel, north sea]\n---\n<p>The shop"
    )
    guest = archived.source("2024-06-08-with-an-author")
    assert guest.startswith(
        "---\nlayout: post\ntitle: With an author\ndate: 2024-06-08 14:00:00 +0200\ncategories: [guests]\ntags: [ropes]\n"
        "author: Jonna Petersen\n---\n"
    )
    assert "\npermalink: /notes/own-address/\n---\n" in archived.source("notes-own-address")


@pytest.mark.parametrize("post_id", ["2024-05-01-hand-made", "2024-05-04-left-open"])
def test_a_source_of_html_is_given_back_byte_for_byte(archived: Blog, post_id: str) -> None:
    assert archived.source(post_id).split("---\n", 2)[2].rstrip("\n") == truth()[post_id].body.rstrip("\n")


def test_a_second_run_asks_feed_and_home_alone(minima: Build, tmp_path: Path) -> None:
    with MinimaServer(minima()) as server:
        blog = Blog(tmp_path, server)
        blog.crawl()
        assert len(blog.asked) == 18  # robots.txt, feed, home, 15 posts
        blog.crawl()
        assert sorted(blog.asked) == ["/ 304", "/feed.xml 304"]
        before = blog.index
        server.log.clear()
        done = blog.run("crawl", NAME, ARCHIVE_ONLY="1")
        assert (done.returncode, blog.asked, blog.index) == (0, [], before), done.stderr
        check_offline(blog)


MATRIX = {
    "pretty": ((), {"permalink": "pretty"}, {"permalink": "pretty"}, 15),
    "ordinal": ((), {"permalink": "ordinal"}, {"permalink": "ordinal"}, 15),
    "weekdate": ((), {"permalink": "weekdate"}, {"permalink": "weekdate"}, 15),
    "none": ((), {"permalink": "none"}, {"permalink": "none", "pages": ("about/",)}, 14),
    "year": ((), {"permalink": "/:year/:title/"}, {"permalink": "/:year/:title/"}, 14),
    "blog": ((), {"permalink": "/blog/:year/:month/:title"}, {"permalink": "/blog/:year/:month/:title"}, 14),
    "baseurl": ((), {"baseurl": "/shore"}, {}, 15),
    "paginated": ((), {"paginate": 4}, {}, 15),
    "tags": (("tags-in-posts",), {}, {}, 15),
    "tags page": (("tags-page",), {}, {}, 15),
    "no feed": ((), {}, {"feeds": ()}, 15),
}


@pytest.mark.parametrize("name", MATRIX)
def test_other_configurations(minima: Build, tmp_path: Path, name: str) -> None:
    """Two posts of one month and slug are one where the address has no day: Jekyll itself writes one page."""
    overlays, config, attributes, posts = MATRIX[name]
    with MinimaServer(minima(*overlays, **config), baseurl=config.get("baseurl", "")) as server:
        blog = Blog(tmp_path, server, **attributes)
        report = blog.crawl()
        assert (len(blog.index), report["failures"]) == (posts, [])
        assert {entry["title"] for entry in blog.index.values()} == {
            source.front.get("title", "Leap Day Notes") for source in truth().values()
        }
        for entry in blog.index.values():
            checked_against_its_source(entry)
        blog.crawl()
        assert all(one.endswith(" 304") for one in blog.asked)
        assert len(blog.asked) <= 2
        check_offline(blog)


def checked_against_its_source(entry: dict[str, Any]) -> None:
    """Whatever is not in ``assumed`` is as the source has it."""
    (front, *_) = [one.front for one in truth().values() if one.front.get("title", "Leap Day Notes") == entry["title"]]
    assumed = {name.partition(".")[0] for name in entry["assumed"]}
    if "categories" not in assumed:
        assert entry["categories"] == categories(front)
    elif "categories.case" in entry["assumed"]:
        assert entry["categories"] == [name.lower() for name in categories(front)]
    if not assumed & {"categories", "tags"}:
        assert entry["tags"] == listed(front.get("tags"))
    assert "body" not in assumed or entry["title"] in ("Left open", "Hand-made")


def test_a_range_of_time_and_a_category(minima: Build, tmp_path: Path) -> None:
    with MinimaServer(minima()) as server:
        blog = Blog(tmp_path, server)
        blog.crawl("-a", "category=Travel")
        assert list(blog.index) == ["2024-02-14-cheese-and-chutney"]
        blog.crawl("-a", "since=2024-05-04", "-a", "until=2024-05-11")
        assert set(blog.index) == {"2024-02-14-cheese-and-chutney", "2024-05-04-left-open", "2024-05-11-market-day"}
        blog.crawl()
        assert set(blog.index) == set(truth())


def test_a_site_without_a_feed_is_told_what_to_write(minima: Build, tmp_path: Path) -> None:
    from tests.serving import Reply

    with MinimaServer(minima()) as server:
        server.replies["blog.example", "/feed.xml"] = [Reply(404, b"none")]
        report = Blog(tmp_path, server).crawl(code=1)
        assert [one["reason"] for one in report["failures"]] == ["HTTP 404; a site without a feed says feeds = () in its class"]
