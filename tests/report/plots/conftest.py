"""An archive of two months, and ``scrapy report`` as a person runs it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.report.plots.years import lived
from tests.report.told_time import NOW, run_at

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two months of one."""
    lived(tmp_path / "root" / "finews", NOW, 60, posts=12, every=timedelta(hours=6))
    return tmp_path / "root" / "finews"


def report(archive: Path, *arguments: str) -> Any:
    return run_at("report", "finews", *arguments, settings={"ARCHIVE_ROOT": str(archive.parent)})
