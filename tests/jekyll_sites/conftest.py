"""The six sites, each built once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.conftest import missing
from tests.jekyll_sites.sites import SITES, Site, build
from tests.replica.build import INSTALL, JekyllMissing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jekyll_sites.dumped import Post


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Path, list[Post]]]:
    """The folder of each site by its name, and its posts. Read only."""
    found = {}
    for site in SITES:
        folder = tmp_path_factory.mktemp(site.name) / "built"
        try:
            found[site.name] = (folder, build(site, folder))
        except JekyllMissing:
            missing("Jekyll with its plug-ins", INSTALL)
    return found


@pytest.fixture(params=SITES, ids=lambda site: site.name)
def site(request: pytest.FixtureRequest) -> Site:
    """Each of the sites."""
    return request.param
