"""The project where the recipes have it, with what they install and no more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def opt(plain: Path, tmp_path: Path) -> Path:
    """What the recipes call ``/opt/backfile``."""
    folder = tmp_path / "opt" / "backfile"
    folder.mkdir(parents=True)
    for name in ("crawler", "docs", "scrapy.cfg"):
        (folder / name).symlink_to(PROJECT / name)
    (folder / ".venv").symlink_to(plain)
    return folder
