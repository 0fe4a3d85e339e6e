"""Which captures of a companion count: those that changed something, in whatever order and however often it was asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.catalog.schema import CaptureRow
from crawler.derive.visits import likeliest_companion
from crawler.items import CaptureRef, Exchange

if TYPE_CHECKING:
    from collections.abc import Sequence

URL = "http://share.example/a"


def row(number: int, status: int, digest: str) -> CaptureRow:
    kind = "revisit" if status == 304 else "response"
    return CaptureRow(number, URL, f"2026-01-{number + 1:02}", status, kind, "a.warc.gz", number, 1, digest, number)


def read(one: CaptureRow) -> Exchange:
    return Exchange(one.url, one.status, one.payload_digest.encode(), CaptureRef(one.url, one.time, one.file, one.offset, ""))


def chosen(rows: Sequence[CaptureRow]) -> str:
    found = likeliest_companion(rows, [URL], read, lambda _: True)
    assert found is not None
    assert found.capture is not None
    return found.capture.time


def test_the_same_answer_again_is_no_other_capture() -> None:
    assert chosen([row(0, 200, "a"), row(1, 200, "a"), row(2, 304, "")]) == "2026-01-01"


def test_a_text_that_comes_back_is_captured_anew() -> None:
    assert chosen([row(0, 200, "a"), row(1, 200, "b"), row(2, 200, "a")]) == "2026-01-03"


@given(st.lists(st.sampled_from(["a", "b"]), min_size=1, max_size=12), st.data())
def test_asking_twice_changes_nothing(digests: list[str], data: st.DataObject) -> None:
    rows = [row(number, 200, digest) for number, digest in enumerate(digests)]
    doubled = sorted(data.draw(st.sets(st.integers(0, len(rows) - 1))))
    twice = [
        one for number, first in enumerate(rows) for one in (first, *([first._replace(id=100 + number)] * (number in doubled)))
    ]
    assert chosen(twice) == chosen(rows)
