"""An archive of two months, and ``scrapy report`` as a person runs it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from tests.replica.crawl import run
from tests.report.plots.years import lived

if TYPE_CHECKING:
    from pathlib import Path


NOW = datetime.now(UTC)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Two months of one."""
    lived(tmp_path / "root" / "finews", NOW, 60, posts=12, every=timedelta(hours=6))
    return tmp_path / "root" / "finews"


def report(archive: Path, *arguments: str) -> Any:
    return run("report", "finews", *arguments, settings={"ARCHIVE_ROOT": str(archive.parent)})
