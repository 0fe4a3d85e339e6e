"""A page that is at hand gives the post that its captures give."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.archive.archive import Archive
from crawler.derive.in_memory import derive_in_memory
from crawler.derive.parsed_pages import ParsedPages
from crawler.items import UNREACHABLE, CaptureRef, Exchange, Rejection
from crawler.sites.declared import load
from crawler.sites.finews import category_pages, facts, posts
from crawler.sites.finews.page import parse_page
from tests.archives import index
from tests.made import make_post
from tests.sites.test_posts import PAGES, answer_of

if TYPE_CHECKING:
    from pathlib import Path

SITE = load("finews")


_SEEN = ("path", "first_seen", "last_seen", "version", "status")


def test_the_pages_of_an_archive_give_its_index_lines(crawled: Path) -> None:
    archive = Archive(crawled / "finews", "finews", read_only=True)
    read = archive.captures.payloads.exchange
    entries = index(crawled / "finews")
    for entry in entries:
        rows = [archive.catalog.at(place["file"], place["offset"]) for place in entry["captures"]]
        page, *answers = [found for row in rows if row is not None and (found := read(row)) is not None]
        if entry["share_url"] and not answers:  # an answer without the text counts as one, and is no part of the post
            answers = [Exchange(url, 404, b"") for url in SITE.companions(parse_page(page))[:1]]
        derived = derive_in_memory(SITE, page, answers)
        assert derived.rejected is None
        assert derived.entry is not None
        assert {k: v for k, v in derived.entry.items() if k not in _SEEN} == {k: v for k, v in entry.items() if k not in _SEEN}
        assert derived.content == (crawled / "finews" / entry["path"]).read_bytes().decode()
    archive.close()


def test_a_page_alone_is_known_to_lack_its_share() -> None:
    page = next(page for page in PAGES if answer_of(page) is not None)
    alone, whole = derive_in_memory(SITE, page), derive_in_memory(SITE, page, [answer_of(page)])  # type: ignore[list-item]
    assert alone.post is not None
    assert whole.post is not None
    assert (alone.post.body_from, alone.post.notes, alone.post.captures) == ("page", [UNREACHABLE], [])
    assert (whole.post.body_from, whole.post.notes) == ("share", [])


@pytest.mark.parametrize("body", [b"", b"<html>busy</html>"])
def test_a_page_that_is_none_is_rejected(body: bytes) -> None:
    derived = derive_in_memory(SITE, Exchange(PAGES[0].url, 200, body))
    assert isinstance(derived.rejected, Rejection)
    assert (derived.post, derived.entry) == (None, None)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.url.rpartition("/")[2])
def test_a_page_alone_tells_what_a_crawl_follows(page: Exchange) -> None:
    """Date, category and listings are known before the post is: whatever the share answers, they are the post's."""
    parsed = parse_page(page)
    for answer in (None, answer_of(page)):
        post = make_post(page, answer)
        if isinstance(post, Rejection) or isinstance(parsed, Rejection):
            assert post == parsed
            continue
        (line,) = [line for line in post.content.split("\n")[:7] if line.startswith("categories: ")]
        name = line.removeprefix("categories: ")
        assert parsed.names.categories == name
        assert (parsed.published, list(parsed.categories)) == (post.date, post.categories)
        linked = f"/category/{name}.html)" in post.content
        own = {url: linked and url == category_pages.category_url(name) for url in category_pages.listings(name)}
        assert posts.listings_behind(parsed) == ({facts.ROLLING: True} if name == facts.ROLLING_CATEGORY else own)


def test_a_page_is_taken_apart_once_for_each_capture_of_it() -> None:
    seen: list[Exchange] = []
    parts = ParsedPages(lambda page: seen.append(page) or page.body)
    page = Exchange("https://s/a", 200, b"1")
    captured = [page._replace(capture=CaptureRef(page.url, "", "file", place, "")) for place in (1, 2, 1)]
    assert [parts.of(one) for one in (*captured, page, page)] == [b"1"] * 5
    assert len(seen) == 4
    for place in range(3, 2000):
        parts.of(page._replace(capture=CaptureRef(page.url, "", "file", place, "")))
    assert len(parts._kept) < 200
    large = page._replace(body=bytes(1 << 20))
    for place in range(2000, 2100):
        parts.of(large._replace(capture=CaptureRef(page.url, "", "file", place, "")))
    assert len(parts._kept) < 20
