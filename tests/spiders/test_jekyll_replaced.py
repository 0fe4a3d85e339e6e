"""What a server gives in place of posts, with status 200 or a redirect: it is named, overwrites nothing, and passes."""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from tests.serving import Reply
from tests.spiders.stranger import WORDS, Crawled, Stranger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def _not_found(site: Stranger, number: int) -> None:
    site.put(site.path(number), site.page("Not found", "<p>No such page.</p>"))


def _notice(site: Stranger, number: int) -> None:
    """A page in the layout of posts that says something else."""
    kept = site.posts[number]
    site.posts[number] = "<p>Back soon.</p>"
    site.put(site.path(number), site.post_page(number).replace(site.title(number), "We are working on it"))
    site.posts[number] = kept


def _named_notice(site: Stranger, number: int) -> None:
    """As many error pages do, it says which address was asked for, so that no two are the same."""
    site.put(site.path(number), site.page("Oops", f"<p>Nothing at {site.path(number)}</p>"))


def _empty(site: Stranger, number: int) -> None:
    """A build that broke: the layout is there, and no content."""
    kept = site.posts[number]
    site.posts[number] = ""
    site.put(site.path(number), site.post_page(number))
    site.posts[number] = kept


def _to_home(site: Stranger, number: int) -> None:
    site.pages[site.path(number)] = Reply(302, headers={"Location": site.base})


def _to_login(site: Stranger, number: int) -> None:
    site.put("/login/", site.page("Log in", "<form><input></form>"))
    site.pages[site.path(number)] = Reply(302, headers={"Location": f"/login/?next={site.path(number)}"})


FAULTS: list[Callable[[Stranger, int], None]] = [_not_found, _notice, _named_notice, _empty, _to_home, _to_login]


def _state(shore: Crawled) -> dict[str, Any]:
    return {
        url: (one["version"], one["status"], (shore.archive / one["path"]).read_bytes()) for url, one in shore.index.items()
    }


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("count", [1, 8])
def test_what_is_no_post_replaces_none_and_is_named(shore: Crawled, fault: Callable[[Stranger, int], None], count: int) -> None:
    shore.crawl()
    before = _state(shore)
    shore.site.modified += 1000
    for number in range(count):
        fault(shore.site, number)
    urls = {f"https://{shore.site.host}{shore.site.path(number)}" for number in range(count)}
    for _ in range(2):
        done = shore.run("crawl", "shore", "-a", "sweep=1")
        assert done.returncode in {1, 4}, done.stderr
        named = {one["url"] for kind in ("failures", "rejections") for one in shore.report[kind]}
        assert named == urls
        assert _state(shore) == before
    assert shore.run("rebuild", "shore", "--diff").returncode == 0
    shore.site.modified += 1000
    shore.site.pages.clear()
    shore.site.build()
    shore.crawl("-a", "sweep=1")
    assert _state(shore) == before


def test_the_run_that_finds_all_well_again_says_so(shore: Crawled) -> None:
    """Also where the feed tells of something new, so that posts are made before their pages are asked for."""
    shore.crawl()
    site = shore.site
    for _ in range(2):
        site.modified += 1000
        for number in site.posts:
            site.put(site.path(number), f"<!DOCTYPE html><html><body>Are you human? {number}</body></html>")
        shore.crawl("-a", "sweep=1", code=4)
        site.feed_size += 1
        site.modified += 1000
        site.build()
        assert shore.crawl("-a", "sweep=1")["rejections"] == []


def _long(number: int) -> str:
    """A content of several paragraphs that are those of no other post."""
    random = Random(number)
    lines = (" ".join(random.choices(WORDS, k=30)) for _ in range(8))
    return "\n\n".join(f"<p>{line} <em>{random.choice(WORDS)}</em> {number}.</p>" for line in lines)


@pytest.mark.parametrize("end", [b"", b"</p>\n</div></main></body></html>"])
def test_pages_that_were_cut_teach_no_layout(tmp_path: Path, end: bytes) -> None:
    with Stranger() as site:
        site.posts = {number: _long(number) for number in range(14)}
        site.build()
        shore = Crawled(tmp_path, site)
        shore.crawl()
        before, learned = _state(shore), (shore.archive / "site.toml").read_bytes()
        site.modified += 1000
        for number in site.posts:
            page = site.pages[site.path(number)].body
            at = page.index(b"</p>" if end else b"", page.index(b"post-content") + 600)
            site.put(site.path(number), page[:at] + end)
        for _ in range(2):
            shore.crawl("-a", "sweep=1", code=4)
            assert _state(shore) == before
            assert (shore.archive / "site.toml").read_bytes() == learned
        site.modified += 1000
        site.build()
        shore.crawl("-a", "sweep=1")
        assert _state(shore) == before


def test_another_layout_of_the_same_posts_is_learned(shore: Crawled) -> None:
    site = shore.site
    shore.crawl()
    before = _state(shore)
    site.modified += 1000
    for number in site.posts:
        page = site.post_page(number).replace('<div class="post-content">', '<section id="words"><div>')
        site.put(site.path(number), page.replace("\n</div></article>", "\n</div></section></article><hr>"))
    shore.crawl("-a", "sweep=1")
    assert "words" in (shore.archive / "site.toml").read_text("utf-8")
    assert _state(shore) == before
    newest = max(site.posts, key=site.time)
    site.posts[newest] = "<p>Edited, in the new layout: the harbour has a new lamp.</p>"
    page = site.post_page(newest).replace('<div class="post-content">', '<section id="words"><div>')
    site.build()
    site.put(site.path(newest), page.replace("\n</div></article>", "\n</div></section></article><hr>"))
    shore.crawl()
    assert shore.index[site.path(newest)]["version"] == 2


def test_a_first_run_makes_no_posts_of_what_is_the_same_at_several_addresses(tmp_path: Path) -> None:
    with Stranger() as site:
        shore = Crawled(tmp_path, site)
        for number in range(3):
            _not_found(site, number)
        shore.crawl(code=1)
        assert set(shore.index) == {site.path(number) for number in range(3, 8)}
        site.modified += 1000
        site.build()
        shore.crawl("-a", "sweep=1")
        assert len(shore.index) == 8
        assert not [one for one in shore.index.values() if "Not found" in one["title"]]


def test_posts_that_all_get_the_same_text_are_named(shore: Crawled) -> None:
    """No page tells it from edits: each has its own title and address."""
    site = shore.site
    shore.crawl()
    before = _state(shore)
    site.modified += 1000
    for number in range(4):
        kept = site.posts[number]
        site.posts[number] = "<p>We move to another server, come back on Monday.</p>" if number < 3 else "<p>Edited.</p>"
        site.put(site.path(number), site.post_page(number))
        site.posts[number] = kept
    (line,) = shore.crawl("-a", "sweep=1")["warnings"]
    assert line.startswith(f"3 posts have got the same text; the first: https://{site.host}{site.path(0)}; ")
    site.modified += 1000
    site.build()
    assert shore.crawl("-a", "sweep=1")["warnings"] == []
    assert {url: one[2] for url, one in _state(shore).items()} == {url: one[2] for url, one in before.items()}


def test_an_error_page_that_came_first_is_replaced_by_the_post(tmp_path: Path) -> None:
    with Stranger() as site:
        shore = Crawled(tmp_path, site)
        _notice(site, 3)
        shore.crawl()
        site.modified += 1000
        site.build()
        shore.crawl("-a", "sweep=1")
        assert shore.index[site.path(3)]["title"] == site.title(3)


def test_a_post_that_is_written_anew_is_a_version_where_a_feed_names_it(shore: Crawled) -> None:
    site = shore.site
    shore.crawl()
    newest = max(site.posts, key=site.time)
    site.posts[newest] = "<p>Void.</p>"
    title = site.title
    site.title = lambda number: "Another name" if number == newest else title(number)  # type: ignore[method-assign]
    site.build()
    shore.crawl()
    assert (shore.index[site.path(newest)]["title"], shore.index[site.path(newest)]["version"]) == ("Another name", 2)
