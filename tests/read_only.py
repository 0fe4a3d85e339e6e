"""A folder on a read-only medium, or a full one: mounted so in a namespace of its own, where a command is run."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.conftest import missing
from tests.replica.crawl import scrapy
from tests.replica.forks import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

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


_FULL = 'mount -t tmpfs -o size=40m tmpfs "$1" && cp -r "$2/." "$1" && dd if=/dev/zero of="$1/filler" bs=4k 2>&-; shift 2; exec "$@"'


def python_on_full_disk(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the path of a copy of ``folder`` behind its arguments, on a disk that has not a byte left."""
    unshare = shutil.which("unshare") or missing("unshare", "apt-get install util-linux")
    disk = folder.with_name("disk")
    disk.mkdir()
    command = [unshare, "--map-root-user", "--mount", "sh", "-c", _FULL, "sh", str(disk), str(folder), sys.executable]
    return subprocess.run(
        [*command, *arguments, str(disk)], cwd=PROJECT, capture_output=True, text=True, timeout=300, check=False
    )
