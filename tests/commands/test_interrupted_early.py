"""Ctrl-C before a command has begun is one line, too, or nothing; only what Python and Scrapy load before us is not ours to tell."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.replica.crawl import PROJECT


def python(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], cwd=PROJECT, capture_output=True, text=True, check=False)


def test_while_scrapy_imports_the_commands() -> None:
    done = python("import crawler.commands; raise KeyboardInterrupt")
    assert (done.returncode, done.stderr) == (-signal.SIGINT, "interrupted\n")
    assert "ZeroDivisionError" in python("import crawler.commands; 1 / 0").stderr


@pytest.mark.parametrize("module", ["difflib", "importlib.metadata", "shutil", "textwrap", "scrapy"])
def test_next_to_nothing_is_imported_before_interrupts_are_caught(module: str) -> None:
    done = python(f"import sys; sys.modules.pop({module!r}, None); import crawler.__main__; print({module!r} in sys.modules)")
    assert done.stdout == "False\n", done.stderr
