"""Runs ``scrapy`` the way a person does, against a replica."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
#: All it takes to let go of the politeness towards the live site.
FAST = {
    "DOWNLOAD_DELAY": "0",
    "AUTOTHROTTLE_ENABLED": "0",
    "CONCURRENT_REQUESTS": "32",
    "CONCURRENT_REQUESTS_PER_DOMAIN": "32",
}


def scrapy(*arguments: str, settings: dict[str, str] | None = None) -> list[str]:
    """The command line for ``scrapy`` with these settings."""
    given = [f"-s{name}={value}" for name, value in (settings or {}).items()]
    return [sys.executable, "-m", "scrapy", *arguments[:1], *given, *arguments[1:]]


def run(*arguments: str, settings: dict[str, str] | None = None, timeout: float = 300) -> subprocess.CompletedProcess[str]:
    """Run ``scrapy`` to its end and keep what it prints. Warnings of Python are errors."""
    return subprocess.run(
        scrapy(*arguments, settings=settings),
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=timeout,
        check=False,
    )


def settings_for(origins: dict[str, str], root: Path, **more: str) -> dict[str, str]:
    """Settings for a fast crawl of a served replica into ``root``."""
    return FAST | {"ORIGINS": json.dumps(origins), "ARCHIVE_ROOT": str(root)} | more


def crawl(
    origins: dict[str, str], root: Path, *arguments: str, timeout: float = 300, **more: str
) -> subprocess.CompletedProcess[str]:
    """``scrapy crawl finews`` of a served replica into ``root``."""
    return run("crawl", "finews", *arguments, settings=settings_for(origins, root, **more), timeout=timeout)
