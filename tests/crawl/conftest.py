"""A web archive of some pages of the crawled replica, whose answers a test bends."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.crawl.wayback.web_archive import PAGES, Captured, WebArchive, post_pages

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def known(crawled: Path) -> list[Captured]:
    return post_pages(crawled / "finews", PAGES)


@pytest.fixture
def archive(known: list[Captured]) -> Iterator[WebArchive]:
    with WebArchive([Captured(one.url, one.body, one.kind) for one in known]) as made:
        yield made
