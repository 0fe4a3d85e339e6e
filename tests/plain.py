"""A plain install: an environment that holds what requirements.lock names, nothing of the tests and no extra."""

from __future__ import annotations

import fcntl
import os
import re
import subprocess
import sys
from typing import TYPE_CHECKING

from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from pathlib import Path

PLAIN = PROJECT / ".venv-plain"


def plain() -> Path:
    """The environment's folder; ``make`` sets it up where it is not there yet, or not as the lock file has it."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    with (PROJECT / "Makefile").open("rb") as lock:  # tests run in several processes
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["make", "--silent", "plain"], cwd=PROJECT, env=environment, check=True, stdout=subprocess.DEVNULL)
    return PLAIN


def beside(folder: Path, *arguments: str | Path) -> Path:
    """A new environment in ``folder`` that sees the plain one, with what ``pip install`` makes of ``arguments``; gives its programs.

    Versions are those of the tests.
    """
    subprocess.run([plain() / "bin" / "python", "-m", "venv", "--without-pip", folder], check=True)
    (packages,) = PLAIN.glob("lib/python3*/site-packages")
    (own,) = folder.glob("lib/python3*/site-packages")
    (own / "plain.pth").write_text(f"{packages}\n", "utf-8")
    locked = re.findall(r"^([\w.-]+==[^\s\\]+)", (PROJECT / "requirements-test.lock").read_text("utf-8"), re.MULTILINE)
    (folder / "constraints.txt").write_text("\n".join(locked), "utf-8")
    pip = [sys.executable, "-m", "pip", "--python", folder / "bin" / "python", "--quiet", "--disable-pip-version-check"]
    done = subprocess.run(
        [*pip, "install", "-c", folder / "constraints.txt", *arguments], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "bin"
