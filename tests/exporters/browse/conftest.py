"""``scrapy browse`` as a process of its own, and a browser."""

from __future__ import annotations

import shutil
import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.replica.crawl import PROJECT, scrapy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def started(root: Path, *arguments: str, before: tuple[str, ...] = ()) -> Iterator[subprocess.Popen[str]]:
    """The command, stopped by its own pid; ``before``: the words of another one that runs it."""
    command = [*before, *scrapy("browse", "finews", "--port", "0", *arguments, settings={"ARCHIVE_ROOT": str(root)})]
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            if process.poll() is None:
                process.terminate()


def line(process: subprocess.Popen[str]) -> str:
    """The next line that it prints."""
    assert process.stdout is not None
    return process.stdout.readline().removesuffix("\n")


@contextmanager
def served(root: Path, *arguments: str, before: tuple[str, ...] = ()) -> Iterator[str]:
    """The address that the command says first, without its last slash."""
    with started(root, *arguments, before=before) as process:
        said = line(process)
        assert said.startswith("http://127.0.0.1:"), said + (process.stderr.read() if process.stderr else "")
        yield said.removesuffix("/")


@pytest.fixture(scope="module")
def browsed(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive of which the browser's database is made."""
    root = tmp_path_factory.mktemp("browsed") / "root"
    shutil.copytree(crawled, root, copy_function=shutil.copy2)
    return root


@pytest.fixture(scope="module")
def address(browsed: Path) -> Iterator[str]:
    with served(browsed) as address:
        yield address
