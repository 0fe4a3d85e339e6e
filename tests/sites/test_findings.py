"""What is said of a post's parts: each stands where it is said to stand, and nothing is doubted or trusted that is not."""

from __future__ import annotations

import json
from html import unescape
from urllib.parse import unquote

import pytest

from crawler.items import Exchange, Found, Rejection
from crawler.sites.finews.findings import findings
from crawler.sites.finews.page import FinewsPage, take_apart
from crawler.sites.finews.posts import put_together
from tests.sites.test_posts import PAGES, answer_of

APART = [(page, apart) for page in PAGES if not isinstance(apart := take_apart(page), Rejection)]
#: Parts whose value is what the bytes say; and once entities are undone.
_RAW = {"title", "date", "digest"}
_UNESCAPED = {"tags", "categories", "share link"}


def standing(found: Found) -> str:
    """The text at the place of a finding."""
    assert found.source is not None
    return found.source.body[found.start : found.end].decode()


@pytest.mark.parametrize("with_answer", [True, False])
@pytest.mark.parametrize(("page", "apart"), APART, ids=lambda value: "" if isinstance(value, FinewsPage) else value.url[-30:])
def test_every_part_stands_where_it_is_said_to(page: Exchange, apart: FinewsPage, with_answer: bool) -> None:
    answer = answer_of(page) if with_answer else None
    found = {one.part: one for one in findings(apart, answer)}
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
@pytest.mark.parametrize(("page", "apart"), APART, ids=lambda value: "" if isinstance(value, FinewsPage) else value.url[-30:])
def test_what_is_not_certain_is_just_what_the_post_says(page: Exchange, apart: FinewsPage, with_answer: bool) -> None:
    answer = answer_of(page) if with_answer else None
    post, found = put_together(apart, answer), findings(apart, answer)
    assert {one.assumed for one in found if one.assumed} == set(post.assumed)
    assert (post.fidelity == "exact") is not any(one.doubt and one.part != "categories" for one in found)
    assert next(one.value for one in found if one.part == "edition") == post.edition


def apart_of(body: bytes, url: str) -> FinewsPage:
    apart = take_apart(Exchange(url, 200, body))
    assert isinstance(apart, FinewsPage)
    return apart


def test_a_post_without_links_is_said_to_be_of_no_known_form() -> None:
    page, apart = next((page, apart) for page, apart in APART if apart.footer and apart.footer.joint and not apart.footer.rolls)
    assert apart.footer is not None
    assert apart.footer.match is not None
    cut = apart.footer.match[0].encode()
    bare = apart_of(page.body.replace(cut, b""), page.url)
    assert put_together(bare).fidelity == "partial"
    links = next(one for one in findings(bare, None) if one.part == "links")
    assert "neither a share link nor back links" in links.doubt
    assert links.end == bare.parts.places.content[1]


def test_an_answer_that_tells_another_story_is_said_to_part_at_a_byte() -> None:
    page, apart, answer = next(
        (page, apart, answer)
        for page, apart in APART
        if (answer := answer_of(page)) and put_together(apart, answer).body_from == "share" and apart.footer
    )
    letter = next(sign for sign in reversed(apart.html) if sign.isalpha() and not sign.isascii())
    at = page.body.rindex(letter.encode(), 0, apart.parts.places.content[0] + len(apart.html.encode()))
    changed = apart_of(page.body[:at] + "改".encode() + page.body[at + len(letter.encode()) :], page.url)
    body = next(one for one in findings(changed, answer) if one.part == "body")
    assert f"another story than the page from byte {at:,} of the page on" in body.doubt


@pytest.mark.parametrize(
    ("status", "body", "said"),
    [
        (404, b"", "has status 404"),
        (200, b'{"text": ""}', "holds no article: the share has expired"),
        (200, b"<html>", "cannot be read (not JSON"),
    ],
)
def test_an_answer_without_a_text_is_said_to_have_none(status: int, body: bytes, said: str) -> None:
    apart = next(apart for _, apart in APART if put_together(apart, None).edition.startswith("market body"))
    found = findings(apart, Exchange("http://finews.zning.xyz/NewsData/GetNewsText.do?id=1", status, body))
    assert said in next(one.doubt for one in found if one.part == "body")
