"""What is said of a post's parts: each stands where it is said to stand, and nothing is doubted or trusted that is not."""

from __future__ import annotations

import json
from html import unescape
from urllib.parse import unquote

import pytest

from crawler.items import Exchange, Found, Rejection
from crawler.sites.finews.findings import findings
from crawler.sites.finews.page import FinewsPage, parse_page
from crawler.sites.finews.posts import build_post
from tests.sites.test_posts import PAGES, answer_of

APART = [(page, parsed) for page in PAGES if not isinstance(parsed := parse_page(page), Rejection)]
#: Parts whose value is what the bytes say; and once entities are undone.
_RAW = {"title", "date", "digest"}
_UNESCAPED = {"tags", "categories", "share link"}


def standing(found: Found) -> str:
    """The text at the place of a finding."""
    assert found.source is not None
    return found.source.body[found.start : found.end].decode()


@pytest.mark.parametrize("with_answer", [True, False])
@pytest.mark.parametrize(("page", "parsed"), APART, ids=lambda value: "" if isinstance(value, FinewsPage) else value.url[-30:])
def test_every_part_stands_where_it_is_said_to(page: Exchange, parsed: FinewsPage, with_answer: bool) -> None:
    answer = answer_of(page) if with_answer else None
    found = {one.part: one for one in findings(parsed, answer)}
    for part in _RAW & set(found):
        assert standing(found[part]) == found[part].value
    for part in _UNESCAPED & set(found):
        if found[part].source is not None:
            assert found[part].value in unquote(unescape(standing(found[part]).replace("</em> - <em>", " ")))
    if "body" in found and found["body"].source is answer and answer is not None:
        assert json.loads(f'"{standing(found["body"])}"') == found["body"].value
    elif "body" in found:
        assert standing(found["body"]) == found["body"].value
    assert "返回" in standing(found["links"]) if found.get("links") and found["links"].source else True


@pytest.mark.parametrize("with_answer", [True, False])
@pytest.mark.parametrize(("page", "parsed"), APART, ids=lambda value: "" if isinstance(value, FinewsPage) else value.url[-30:])
def test_what_is_not_certain_is_just_what_the_post_says(page: Exchange, parsed: FinewsPage, with_answer: bool) -> None:
    answer = answer_of(page) if with_answer else None
    post, found = build_post(parsed, answer), findings(parsed, answer)
    assert {one.assumed for one in found if one.assumed} == set(post.assumed)
    assert (post.fidelity == "exact") is not any(one.doubt and one.part != "categories" for one in found)
    assert next(one.value for one in found if one.part == "edition") == post.edition


def apart_of(body: bytes, url: str) -> FinewsPage:
    parsed = parse_page(Exchange(url, 200, body))
    assert isinstance(parsed, FinewsPage)
    return parsed


def test_a_post_without_links_is_said_to_be_of_no_known_form() -> None:
    page, parsed = next(
        (page, parsed) for page, parsed in APART if parsed.footer and parsed.footer.joint and not parsed.footer.rolls
    )
    assert parsed.footer is not None
    assert parsed.footer.match is not None
    cut = parsed.footer.match[0].encode()
    bare = apart_of(page.body.replace(cut, b""), page.url)
    assert build_post(bare).fidelity == "partial"
    links = next(one for one in findings(bare, None) if one.part == "links")
    assert "neither a share link nor back links" in links.doubt
    assert links.end == bare.parts.places.content[1]


def test_an_answer_that_tells_another_story_is_said_to_part_at_a_byte() -> None:
    page, parsed, answer = next(
        (page, parsed, answer)
        for page, parsed in APART
        if (answer := answer_of(page)) and build_post(parsed, answer).body_from == "share" and parsed.footer
    )
    letter = next(sign for sign in reversed(parsed.html) if sign.isalpha() and not sign.isascii())
    at = page.body.rindex(letter.encode(), 0, parsed.parts.places.content[0] + len(parsed.html.encode()))
    changed = apart_of(page.body[:at] + "改".encode() + page.body[at + len(letter.encode()) :], page.url)
    body = next(one for one in findings(changed, answer) if one.part == "body")
    assert f"another text than the page from byte {at:,} of the page on" in body.doubt


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, b"", "has status 404"),
        (200, b'{"text": ""}', "holds no article: the share has expired"),
        (200, b"<html>", "cannot be read (not JSON"),
    ],
)
def test_an_answer_without_a_text_is_said_to_have_none(status: int, body: bytes, said: str) -> None:
    parsed = next(parsed for _, parsed in APART if build_post(parsed, None).edition.startswith("market body"))
    found = findings(parsed, Exchange("http://finews.zning.xyz/NewsData/GetNewsText.do?id=1", status, body))
    assert said in next(one.doubt for one in found if one.part == "body")
