"""Whatever is in a page, it is a post or it is rejected; and one page over which a reader stumbles costs that page."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.derive.in_memory import derive_in_memory
from crawler.errors import CannotRun
from crawler.items import Exchange
from crawler.sites.finews import Finews
from tests.derive.mutated import POSTS, read_all

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any

#: More are tried by hand: ``python -m tests.derive.mutated SECONDS FIRST``.
ROUNDS = 300
#: One whose front matter the site did not break.
PLAIN = next(one for one in POSTS if b"CST) " in one[1])


@pytest.mark.parametrize("part", range(4))
def test_broken_bytes_are_a_post_or_a_rejection(part: int) -> None:
    found = [derived for seed in range(part, ROUNDS, 4) for derived in read_all(seed)]
    assert any(derived.post for derived in found)
    assert any(derived.rejected for derived in found)


@pytest.mark.parametrize("seed", [1075, 2612])
def test_what_was_found_broken(seed: int) -> None:
    read_all(seed)


@pytest.mark.parametrize(
    ("time", "is_post"),
    [
        ("0001-01-01 02:00:00", False),
        ("0001-01-01 08:00:00", True),
        ("9999-12-31 23:59:59", True),
        ("2023-02-29 00:00:00", False),
        ("2022-03-01 24:00:00", False),
        ("2016-12-31 23:59:60", False),
    ],
)
def test_times_at_the_ends_of_time(time: str, is_post: bool) -> None:
    url, page, _ = PLAIN
    start = page.rindex(b"CST) ") + 5
    derived = derive_in_memory(Finews(), Exchange(url, 200, page[:start] + time.encode() + page[start + 19 :]))
    assert (derived.post is not None) is is_post
    if not is_post:
        assert derived.rejected is not None
        assert (derived.rejected.code, "no such time" in derived.rejected.reason) == ("layout", True)


def raising(*_: Any) -> Any:
    raise RecursionError("too deep\nfor this")


@pytest.mark.parametrize("method", ["parse_page", "build_post"])
def test_a_reader_that_stumbles_costs_one_page(monkeypatch: pytest.MonkeyPatch, method: str) -> None:
    url, page, _ = PLAIN
    stumbling: Callable[..., Any] = raising
    monkeypatch.setattr(Finews, method, stumbling)
    rejected = derive_in_memory(Finews(), Exchange(url, 200, page)).rejected
    assert rejected is not None
    assert rejected.url == url
    assert rejected.code == "layout"
    assert rejected.reason.startswith("cannot be read: RecursionError: too deep (test_mutated.py, line ")


def test_a_page_that_needs_what_is_not_installed_is_not_called_strange(monkeypatch: pytest.MonkeyPatch) -> None:
    def lacking(*_: Any) -> Any:
        raise CannotRun("it needs Jekyll")

    url, page, _ = PLAIN
    monkeypatch.setattr(Finews, "build_post", lacking)
    rejected = derive_in_memory(Finews(), Exchange(url, 200, page)).rejected
    assert rejected is not None
    assert (rejected.code, rejected.reason) == ("not-installed", "it needs Jekyll")
