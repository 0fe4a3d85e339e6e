from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.reconstruct import Converter, available

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="session")
def converter() -> Iterator[Converter]:
    if not available():
        pytest.skip("Ruby and Jekyll are needed: apt install jekyll, or gem install jekyll")
    with Converter({}) as one:
        yield one
