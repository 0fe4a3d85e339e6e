"""Commands at a told time: what an archive of days has made of it is then the same on every day, and at midnight."""

from __future__ import annotations

import sys
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from tests.replica.crawl import run_armed, scrapy

if TYPE_CHECKING:
    import subprocess

NOW = datetime(2026, 3, 20, 12, 34, tzinfo=UTC)
_TELL = "from tests.report.told_time import tell; tell(); from scrapy.cmdline import execute; execute()"


def tell() -> None:
    """Have this process's clock begin at ``NOW``."""
    from crawler import clock

    start = time.monotonic()
    clock.now = lambda: NOW + timedelta(seconds=time.monotonic() - start)


def run_at(*arguments: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run ``scrapy`` at ``NOW``."""
    return run_armed(("tests.report.told_time:tell",), *arguments, settings=settings)


def scrapy_at(*arguments: str, settings: dict[str, str]) -> list[str]:
    """The command line for ``scrapy`` at ``NOW``."""
    words = scrapy(*arguments, settings=settings)
    return [sys.executable, "-c", _TELL, *words[words.index("scrapy") + 1 :]]
