"""Every edition of finews, without Jekyll: pages are taken from the bundled replica, which Jekyll built."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from w3lib.url import safe_url_string

from crawler.derive.in_memory import derive_in_memory
from crawler.items import Exchange, Post, Rejection
from crawler.sites.declared import load
from crawler.sites.finews import facts
from crawler.sites.finews.page import parse_page
from tests.made import make_post
from tests.replica.build import BUILT
from tests.replica.forms import MARKET_FORMS, ROLLING_FORMS

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS = {answer["id"]: answer for answer in json.loads((BUILT / "answers.json").read_text("utf-8"))}
TRUTH = json.loads((BUILT / "truth.json").read_text("utf-8"))
SOURCES = {path.name: path.read_bytes() for path in (BUILT / "posts").iterdir()}


def page_of(path: Path) -> Exchange:
    url = safe_url_string(f"https://{facts.HOST}/{path.relative_to(BUILT / 'site')}")
    return Exchange(url, 200, path.read_bytes())


def answer_of(page: Exchange) -> Exchange | None:
    parsed = parse_page(page)
    if isinstance(parsed, Rejection) or parsed.share is None or facts.share_id(parsed.share[0]) not in ANSWERS:
        return None
    answer = ANSWERS[facts.share_id(parsed.share[0])]
    return Exchange(facts.answer_urls(*parsed.share)[0], 200, json.dumps(answer["fields"]).encode())


PAGES = [page for path in sorted((BUILT / "site").rglob("*.html")) if facts.kind((page := page_of(path)).url) == "post"]
BY_SLUG = {page.url.rpartition("/")[2].removesuffix(".html"): page for page in PAGES}


def post_of(slug: str, *, with_answer: bool = True) -> Post:
    page = BY_SLUG[slug]
    post = make_post(page, answer_of(page) if with_answer else None)
    assert isinstance(post, Post)
    return post


def names_of(predicate) -> list[str]:
    """Source posts that Jekyll published with their layout, by what their bytes say."""
    garbled = set(TRUTH["garbled"])
    return [
        name for name, source in sorted(SOURCES.items()) if name[11:-3] in BY_SLUG and name not in garbled and predicate(source)
    ]


ZONELESS = names_of(lambda source: b" +0800\n" not in source)
ZONED = names_of(lambda source: b" +0800\n" in source and source.startswith(b"---"))


@pytest.mark.parametrize("name", ZONED)
def test_whatever_the_share_gives_comes_back_byte_for_byte(name: str) -> None:
    post = post_of(name[11:-3])
    if post.body_from == "share":
        assert post.content.encode() == SOURCES[name]
        assert post.filename == name


@pytest.mark.parametrize("name", ZONELESS)
def test_a_zone_is_written_only_where_both_forms_occur(name: str) -> None:
    source = SOURCES[name]
    post = post_of(name[11:-3]) if not source.startswith(b"\n") else None
    if post is None:
        return
    if post.assumed == ["date.zone"]:
        made = post.content.encode().splitlines()
        assert b" +0800" in made[3]
        if post.body_from == "share":
            assert made[:3] + made[4:] == source.splitlines()[:3] + source.splitlines()[4:]
    else:
        assert post.content.encode() == source
        assert post.filename == name


def test_every_form_the_writer_has_had_is_in_the_replica() -> None:
    editions = {post_of(slug).edition for slug in BY_SLUG if not isinstance(parse_page(BY_SLUG[slug]), Rejection)}
    assert sum(edition.startswith("rolling") for edition in editions) == len(
        {(f.links, f.text, f.pairs) for f in ROLLING_FORMS}
    )
    assert sum(edition.startswith("market") for edition in editions) == len(
        {(f.links, f.text, f.pairs, f.share_host) for f in MARKET_FORMS}
    )


@pytest.mark.parametrize("slug", sorted(BY_SLUG))
def test_front_matter_and_links_are_exact_without_the_share(slug: str) -> None:
    made = make_post(BY_SLUG[slug])
    if isinstance(made, Rejection):
        assert made.code == "garbled"
        return
    name = next(name for name in SOURCES if name[11:-3] == slug)
    if name in TRUTH["garbled"]:
        return
    source = SOURCES[name].decode().split("\n")
    lines = made.content.split("\n")
    assert lines[:3] == source[:3]
    assert lines[4:7] == source[4:7]
    assert lines[3].removesuffix(" +0800") == source[3].removesuffix(" +0800") or "date.zone" in made.assumed
    if made.share_url:
        assert made.content.split("\n\n<http")[-1] == SOURCES[name].decode().split("\n\n<http")[-1]


def test_edited_posts_are_seen_and_the_page_decides() -> None:
    assert TRUTH["edited"]
    for name in TRUTH["edited"]:
        post = post_of(name[11:-3])
        assert post.notes == ["answer-differs"]
        assert (post.body_from, post.fidelity) == ("page", "rendered")


def test_an_unreadable_answer_is_noted_and_the_page_serves() -> None:
    slug = next(name for name in ZONED if post_of(name[11:-3]).body_from == "share")[11:-3]
    post = make_post(BY_SLUG[slug], Exchange("http://x/", 200, b"<html>busy</html>"))
    assert isinstance(post, Post)
    assert post.body_from == "page"
    assert post.notes[0].startswith("answer-unreadable")


def test_a_page_of_another_layout_is_rejected_by_name() -> None:
    page = Exchange(f"https://{facts.HOST}/a/2022/03/01/NW1.html", 200, b"<html><body><h1>new design</h1></body></html>")
    made = make_post(page)
    assert isinstance(made, Rejection)
    assert made.code == "layout"


def test_an_address_that_is_no_posts_is_rejected() -> None:
    made = make_post(Exchange(f"https://{facts.HOST}/about.html", 200, b""))
    assert isinstance(made, Rejection)
    assert made.code == "address"


def test_a_post_without_any_footer_is_partial() -> None:
    page = next(page for page in PAGES if "qinglanwanbao" in page.url)
    start = page.body.rindex(b'<p><a href="http://')
    end = page.body.rindex(b"<small>tags")
    post = make_post(Exchange(page.url, 200, page.body[:start] + page.body[end:]))
    assert isinstance(post, Post)
    assert post.fidelity == "partial"
    assert post.notes


def test_the_day_in_the_id_tells_a_date_without_zone_across_midnight() -> None:
    page = next(p for p in PAGES if b"2022-03-0" in p.body and "category-joined" in getattr(make_post(p), "edition", ""))
    slug = page.url.rpartition("/")[2].removesuffix(".html")
    marker = b"CST) "
    at = page.body.rindex(marker) + len(marker)
    body = page.body[:at] + b"2022-03-02 03:10:00" + page.body[at + 19 :]
    url = page.url.replace(slug, "NW202203012290000001")
    post = make_post(Exchange(url, 200, body))
    assert isinstance(post, Post)
    assert "date: 2022-03-01 19:10:00\n" in post.content
    assert post.filename.startswith("2022-03-01-")
    assert "date.zone" in post.assumed


def test_a_post_of_no_known_form_and_no_category_is_one() -> None:
    """Its address has no category: neither has its front matter."""
    page = next(page for page in PAGES if answer_of(page) is not None)
    bare = page._replace(url=f"https://{facts.HOST}/2022/03/01/NW1.html", body=page.body.replace("返回首页".encode(), b"home"))
    derived = derive_in_memory(load("finews"), bare)
    assert derived.rejected is None, derived.rejected
    assert derived.post is not None
    assert (derived.post.fidelity, derived.post.categories) == ("partial", [])
