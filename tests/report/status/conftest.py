"""An archive with runs every six hours, and ``scrapy status`` as a person runs it."""

from __future__ import annotations

import json
from contextlib import closing
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Any

import jsonschema
import pytest

from crawler.archive.catalog.catalog import Catalog
from crawler.exporters.schemas import schema
from tests.replica.crawl import run
from tests.report.plots.years import lived
from tests.report.plots.years import run as a_report
from tests.report.told_time import NOW, run_at

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path


_SCHEMA = jsonschema.Draft202012Validator(schema("status"), format_checker=jsonschema.FormatChecker())


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """Runs every six hours."""
    folder = tmp_path / "root" / "finews"
    lived(folder, NOW, 20, posts=12, every=timedelta(hours=6))
    with closing(Catalog(folder / "catalog.sqlite")) as catalog:
        catalog.put_in_place()
    return folder


def status(archive: Path, *arguments: str, just_crawled: bool = False) -> Any:
    """At the time of the archive above, or now."""
    started = run if just_crawled else run_at
    return started("status", "finews", *arguments, settings={"ARCHIVE_ROOT": str(archive.parent)})


def document(archive: Path, *arguments: str, just_crawled: bool = False) -> dict[str, Any]:
    """What ``--json`` prints: one document, as its schema has it."""
    done = status(archive, "--json", *arguments, just_crawled=just_crawled)
    assert done.returncode in (0, 1), done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    _SCHEMA.validate(found)
    assert found["exit_code"] == done.returncode
    assert found["problems"] == done.stderr.splitlines()
    assert done.returncode == 1 or not found["problems"], "what is said on stderr is told by the exit code, too"
    return found


def add(archive: Path, started: datetime, **fields: Any) -> None:
    name = started.astimezone(UTC).isoformat(timespec="microseconds").replace("-", "").replace(":", "")[:22]
    (archive / "runs" / f"{name}Z.json").write_text(json.dumps(a_report(started) | fields), "utf-8")
