"""A disk without locks: what writes says so in one line, with what to do, and what only reads runs."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.replica.crawl import run_armed

if TYPE_CHECKING:
    from pathlib import Path

_ARM = ("tests.failures.arms:without_locks",)


@pytest.mark.parametrize(
    "words",
    [("crawl", "finews"), ("rebuild", "finews"), ("catalog", "finews"), ("export", "finews", "--format", "jekyll")],
    ids=" ".join,
)
def test_what_writes_says_so(archive_root: Path, words: tuple[str, ...]) -> None:
    done = run_armed(_ARM, *words, settings={"ARCHIVE_ROOT": str(archive_root), "ARCHIVE_ONLY": "1"})
    assert done.returncode == 2
    (line,) = done.stderr.splitlines()
    assert line.startswith(f"{archive_root}/")
    assert "cannot be locked (No locks available)" in line
    assert "ARCHIVE_ROOT" in line


@pytest.mark.parametrize("words", [("status", "finews"), ("verify", "finews"), ("changes", "finews")], ids=" ".join)
def test_what_reads_runs(archive_root: Path, words: tuple[str, ...]) -> None:
    done = run_armed(_ARM, *words, settings={"ARCHIVE_ROOT": str(archive_root)})
    assert done.returncode == 0, done.stderr
