"""A site that was crawled as a stranger's, once."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.commands.learned import Learned, crawl

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(scope="package")
def once(jekyll: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("learned")
    done = crawl(root)
    assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture
def learned(once: Path, tmp_path: Path) -> Learned:
    shutil.copytree(once, tmp_path / "root")
    return Learned(tmp_path / "root")
