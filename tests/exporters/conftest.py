"""Exports of the crawled replica."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest

from crawler.batch.processes import Workers
from crawler.exporters.filters import Filter
from crawler.exporters.posts import Exported, ExportRequest, export
from crawler.sites.declared import load

if TYPE_CHECKING:
    from pathlib import Path

#: Archive, format, place and wishes -> what came of it.
Export = Callable[..., Exported]


def quiet(stage: str, done: int, total: int) -> None:
    """No progress is shown."""


@pytest.fixture(scope="module")
def crawled(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy: exports keep what they read beside the archive."""
    root = tmp_path_factory.mktemp("exported") / "root"
    shutil.copytree(crawled, root, copy_function=shutil.copy2)
    return root


@pytest.fixture
def make() -> Export:
    """Exports in this process; gives what came of it."""

    def make(root: Path, name: str, target: Path, wanted: Filter | None = None, **more: Any) -> Exported:
        request = ExportRequest(load("finews"), root / "finews", name, target, wanted or Filter(), **more)
        with Workers() as workers:
            return export(request, workers, quiet)

    return make
