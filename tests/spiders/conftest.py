"""A site that nobody described, served anew for each test, and an archive of it to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.spiders.stranger import Crawled, Stranger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def site() -> Iterator[Stranger]:
    with Stranger() as served:
        yield served


@pytest.fixture
def shore(site: Stranger, tmp_path: Path) -> Crawled:
    return Crawled(tmp_path, site)
