"""A plain install: an environment that holds what requirements.lock names, nothing of the tests and no extra."""

from __future__ import annotations

import fcntl
import os
import subprocess
from pathlib import Path

from tests.replica.crawl import PROJECT

PLAIN = PROJECT / ".venv-plain"


def plain() -> Path:
    """The environment's folder; ``make`` sets it up where it is not there yet, or not as the lock file has it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    with (PROJECT / "Makefile").open("rb") as lock:  # tests run in several processes
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["make", "--silent", "plain"], cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return PLAIN
