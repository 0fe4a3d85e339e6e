"""The blog, archived once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.minima.declared import Blog
from tests.minima.server import MinimaServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    Build = Callable[..., Path]


@pytest.fixture(scope="module")
def archived(minima: Build, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Blog]:
    """The stock blog, crawled once. Read only."""
    with MinimaServer(minima()) as server:
        blog = Blog(tmp_path_factory.mktemp("archived"), server)
        blog.crawl()
        yield blog
