"""A folder on a read-only medium: mounted so in a namespace of its own, where a command is run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from tests.conftest import missing
from tests.replica.crawl import scrapy
from tests.replica.forks import PROJECT

_MOUNT = 'mount --bind "$1" "$1" && mount -o remount,bind,ro "$1" && shift && exec "$@"'


def run_read_only(folder: Path, *arguments: str, settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
    """Run ``scrapy`` while nobody can write below ``folder``, whoever runs it."""
    unshare = shutil.which("unshare") or missing("unshare", "apt-get install util-linux")
    command = [unshare, "--map-root-user", "--mount", "sh", "-c", _MOUNT, "sh", str(folder)]
    return subprocess.run(
        [*command, *scrapy(*arguments, settings=settings)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def python_read_only(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the same way."""
    unshare = shutil.which("unshare") or missing("unshare", "apt-get install util-linux")
    command = [unshare, "--map-root-user", "--mount", "sh", "-c", _MOUNT, "sh", str(folder), sys.executable]
    return subprocess.run([*command, *arguments], cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False)
