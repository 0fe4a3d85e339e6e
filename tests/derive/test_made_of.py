"""When an index line is made of less than the one before."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.derive.made_of import lost_evidence

PAGE, SHARE = "https://blog.example/a.html", "https://share.example/a"


def capture(url: str, digest: str, time: str = "2022-03-01") -> dict[str, Any]:
    return {"url": url, "time": time, "file": "a.warc.gz", "offset": 7, "payload_digest": digest}


def line(*captures: dict[str, Any], first_seen: str = "2022-03-01", version: int = 1) -> dict[str, Any]:
    return {"captures": list(captures), "first_seen": first_seen, "version": version}


OLD = line(capture(PAGE, "page"), capture(SHARE, "share"), version=2)


def why(new: dict[str, Any], held: set[str] | None = None, *, damaged: bool = False) -> str:
    there = {"page", "share"} if held is None else held
    return lost_evidence(OLD, new, lambda _, digest: digest in there, lambda time: time in there, damaged=damaged)


@pytest.mark.parametrize(
    ("new", "held", "damaged", "reason"),
    [
        (OLD, None, True, ""),
        (line(capture(PAGE, "page"), version=2), {"page"}, False, "its capture of https://share.example/a, once at byte 7"),
        (line(capture(PAGE, "page"), version=2), None, False, "it was made of 2 captures"),
        (line(capture(PAGE, "page"), capture(SHARE, "other"), version=2), None, False, ""),
        (line(capture(PAGE, "new", "2022-03-02")), {"page"}, False, ""),
        (line(capture(PAGE, "old", "2022-02-28")), {"share"}, False, "its capture of https://blog.example/a.html, once"),
        (line(*OLD["captures"], first_seen="2022-03-02", version=2), None, False, "its captures from before 2022-03-02"),
        (line(*OLD["captures"], first_seen="2022-03-02", version=2), {"2022-03-01"}, False, ""),
        (line(*OLD["captures"]), None, False, ""),
        (line(*OLD["captures"]), None, True, "it has 2 versions, and the captures that can be read give 1"),
    ],
)
def test_what_is_less(new: dict[str, Any], held: set[str] | None, damaged: bool, reason: str) -> None:
    found = why(new, held, damaged=damaged)
    assert found.startswith(reason)
    assert bool(found) == bool(reason)


def test_a_line_without_captures_can_be_replaced() -> None:
    assert not lost_evidence(line(), line(capture(PAGE, "page")), lambda *_: False, lambda _: False, damaged=True)


@given(
    st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True),
    st.sets(st.sampled_from("abc")),
)
def test_with_the_same_page_nothing_that_is_lost_passes(digests: list[str], left: set[str]) -> None:
    old = line(*(capture(PAGE, digest) for digest in digests))
    new = line(*(one for one in old["captures"] if one["payload_digest"] in left))
    reason = lost_evidence(old, new, lambda _, digest: digest in left, lambda _: True, damaged=False)
    assert bool(reason) == (bool(new["captures"]) and not left.issuperset(digests))
