from __future__ import annotations

import contextlib
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.markup.page import UnreadablePage, read_page
from crawler.sites.finews.facts import MARKERS

PAGE = """<html><head><meta property="og:description" content="{spill}"></head><body><h1><a href="/">site</a></h1><section>
<small>(GMT+8, Asia/Shanghai, CST) {time}</small>
<h1>{title}</h1>

{content}



  <small>tags: <em>{tags}</em></small>

</section></body></html>"""


def page(title="T", content="<p>x</p>", tags="a", time="2022-03-01 08:34:23", spill="") -> bytes:
    return PAGE.format(title=title, content=content, tags=tags, time=time, spill=spill).encode()


def test_title_is_the_bytes_between_the_tags() -> None:
    assert read_page(page(title="Fed & Co: 5 < 6 &amp; <b>x</b>  "), MARKERS).title == "Fed & Co: 5 < 6 &amp; <b>x</b>  "


def test_time_has_no_zone() -> None:
    assert read_page(page(), MARKERS).local_time == datetime(2022, 3, 1, 8, 34, 23)


def test_content_keeps_its_inner_white_space() -> None:
    assert read_page(page(content="<p>a</p>\n <p>b</p>"), MARKERS).content == "<p>a</p>\n <p>b</p>"


def test_tags_are_joined_by_a_dash() -> None:
    assert read_page(page(tags="Career</em> - <em>In"), MARKERS).tags == ["Career", "In"]


def test_no_tags() -> None:
    assert read_page(page(tags=""), MARKERS).tags == []


def test_what_spilled_out_of_the_description_is_no_post() -> None:
    spill = '<p class="x">spilt</p><h1>spilt</h1><small>tags: <em>spilt</em></small>'
    assert read_page(page(title="real", spill=spill), MARKERS).title == "real"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b"", "layout"),
        (b"<html><h1>404</h1></html>", "layout"),
        (page().replace(b"</h1>\n\n<p>", b"\n\n<p>"), "layout"),
        (page().replace(b"<small>tags", b"<small>nothing"), "layout"),
        (page(time="2022-02-31 08:34:23"), "layout"),
        (page(title="\ufffd").replace("\ufffd".encode(), b"\xff\xfe"), "encoding"),
    ],
)
def test_what_is_no_post_page_is_said_to_be_none(body: bytes, code: str) -> None:
    with pytest.raises(UnreadablePage) as caught:
        read_page(body, MARKERS)
    assert caught.value.code == code


@given(st.binary(max_size=400))
def test_no_bytes_make_it_fail_otherwise(noise: bytes) -> None:
    for body in (noise, page().replace(b"<p>x</p>", noise), page().replace(b"<h1>T", b"<h1>" + noise)):
        with contextlib.suppress(UnreadablePage):
            read_page(body, MARKERS)


@given(st.text(), st.text(), st.text(), st.text("\n "), st.text("\n "))
def test_each_part_is_at_its_place(title: str, content: str, tags: str, before: str, behind: str) -> None:
    with contextlib.suppress(UnreadablePage, UnicodeEncodeError):
        body = page(title, before + content + behind, tags)
        parts = read_page(body, MARKERS)
        found = [body[slice(*place)].decode() for place in parts.places]
        joined = MARKERS.tags_joint.join(parts.tags)
        assert found == ["2022-03-01 08:34:23", parts.title, parts.content, joined]


@pytest.mark.parametrize(
    ("body", "at"),
    [
        (page().replace(b"</h1>", b""), b"T"),
        (page().replace(b"</em></small>", b""), b"<small>tags"),
        (page(time="2022-13-01 08:34:23"), b"2022-13"),
        (page().replace(b"<h1>T", b"<h1>T\xff"), b"\xff"),
    ],
)
def test_what_is_wrong_with_a_page_is_told_with_its_byte(body: bytes, at: bytes) -> None:
    with pytest.raises(UnreadablePage) as caught:
        read_page(body, MARKERS)
    assert caught.value.at == body.rindex(at)


def test_two_pages_that_show_the_same_are_equal_wherever_it_stands() -> None:
    assert read_page(page(), MARKERS) == read_page(page(spill="something before it"), MARKERS)
