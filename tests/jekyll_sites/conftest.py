"""The six sites, each built once for all processes that run tests."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest

from tests.conftest import missing
from tests.jekyll_sites.sites import SITES, Site, build
from tests.replica.build import INSTALL, JekyllMissing

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.jekyll_sites.dumped import Post


@pytest.fixture(scope="session")
def built(once: Callable[..., tuple[Path, list[Post]]]) -> dict[str, tuple[Path, list[Post]]]:
    """The folder of each site by its name, and its posts. Read only."""
    try:
        return {site.name: once(f"site {site.name}", partial(build, site)) for site in SITES}
    except JekyllMissing:
        missing("Jekyll with its plug-ins", INSTALL)


@pytest.fixture(params=SITES, ids=lambda site: site.name)
def site(request: pytest.FixtureRequest) -> Site:
    """Each of the sites."""
    return request.param
