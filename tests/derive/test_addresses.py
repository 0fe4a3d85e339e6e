"""One post at several addresses, and two posts that have one ID."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.archive.catalog.schema import CaptureRow
from crawler.derive.feeds import Feeds
from crawler.derive.posts import Derived, Evidence, derive
from crawler.items import CaptureRef, Exchange
from crawler.sites.site import Site

if TYPE_CHECKING:
    from collections.abc import Sequence

HOME = "https://blog.example/"
A, B = f"{HOME}a/2024/02/01/same.html", f"{HOME}b/2024/02/01/same.html"


class Blog(Site):
    name, home, feeds, reads_feed = "blog", HOME, (), False


class Moving(Blog):
    ids_are_unique = True


def page(title: str, text: str) -> bytes:
    return (
        f'<article><h1 class="p-name">{title}</h1><time datetime="2024-02-01T10:00:00+00:00">1</time>'
        f'<div class="e-content"><p>{text}</p></div></article>'
    ).encode()


def derived(site: Site, *said: tuple[str, int, bytes]) -> Derived:
    """What these answers of the site, one an hour, give; a 304 repeats what its address gave before."""
    rows: list[CaptureRow] = []
    bodies: dict[int, bytes] = {}
    for number, (url, status, body) in enumerate(said):
        before = next((row for row in reversed(rows) if row.url == url and row.status == 200), None)
        payload = before.payload_id if status == 304 and before else number
        rows.append(
            CaptureRow(number, url, f"2024-02-02T{number:02}:00:00.000000Z", status, "response", "f", number, 0, "", payload)
        )
        bodies[number] = body

    def read(row: CaptureRow) -> Exchange:
        return Exchange(row.url, 200, bodies[row.payload_id], CaptureRef(row.url, row.time, row.file, row.offset, ""))

    def history(urls: Sequence[str]) -> list[CaptureRow]:
        return [row for row in rows if row.url in urls]

    return derive(
        site,
        rows,
        Evidence(history, read, lambda _: "", site.parse_page, lambda name: f"_posts/{name}", Feeds(site, history, read)),
    )


ONE, OTHER = page("One", "first text"), page("Other", "second text")
SAME = page("One", "first text")


@pytest.mark.parametrize("site", [Blog(), Moving()], ids=["stock", "unique"])
def test_a_post_at_two_live_addresses_is_no_new_version_at_each_visit(site: Site) -> None:
    first = derived(site, (A, 200, ONE), (B, 200, SAME))
    more = derived(site, (A, 200, ONE), (B, 200, SAME), (A, 304, b""), (B, 304, b""), (A, 304, b""), (B, 304, b""))
    assert more.entry is not None
    assert first.entry is not None
    assert (more.entry["version"], more.entry["url"], more.entry["status"]) == (first.entry["version"], B, "live")
    assert len(more.versions) == len(first.versions)
    assert more.rejected is None


@pytest.mark.parametrize("site", [Blog(), Moving()], ids=["stock", "unique"])
def test_an_address_that_comes_back_after_the_other_went_is_the_posts_again(site: Site) -> None:
    back = derived(site, (A, 200, ONE), (B, 200, SAME), (B, 404, b""), (A, 200, ONE))
    assert back.entry is not None
    assert (back.entry["url"], back.entry["status"], back.rejected) == (A, "live", None)


def test_two_posts_of_one_id_are_not_mixed() -> None:
    both = derived(Blog(), (A, 200, ONE), (B, 200, OTHER), (A, 304, b""), (B, 304, b""))
    assert both.entry is not None
    assert (both.entry["title"], both.entry["version"], both.entry["url"]) == ("One", 1, A)
    assert both.rejected is not None
    assert (both.rejected.code, both.rejected.url, A in both.rejected.reason) == ("collision", B, True)


def test_where_ids_are_unique_a_post_may_move_and_change_at_once() -> None:
    moved = derived(Moving(), (A, 200, ONE), (B, 200, OTHER))
    assert moved.entry is not None
    assert (moved.entry["title"], moved.entry["version"], moved.entry["url"]) == ("Other", 2, B)


def test_a_stock_sites_post_may_move_and_change_once_its_old_page_is_gone() -> None:
    moved = derived(Blog(), (A, 200, ONE), (A, 404, b""), (B, 200, OTHER))
    assert moved.entry is not None
    assert (moved.entry["title"], moved.entry["version"], moved.rejected) == ("Other", 2, None)
