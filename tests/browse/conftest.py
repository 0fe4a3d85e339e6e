"""``scrapy browse`` as a process of its own, and a browser."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import chromium
from tests.replica.crawl import PROJECT, scrapy


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as browser:
        yield browser


@contextmanager
def served(root: Path, *arguments: str, before: tuple[str, ...] = ()) -> Iterator[str]:
    """The address that the command says first, without its last slash; stopped by its own pid."""
    command = scrapy("browse", "finews", "--port", "0", *arguments, settings={"ARCHIVE_ROOT": str(root)})
    process = subprocess.Popen([*before, *command], cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        said = process.stdout.readline()
        assert said.startswith("http://127.0.0.1:"), said + (process.stderr.read() if process.stderr else "")
        yield said.strip().removesuffix("/")
    finally:
        process.terminate()
        process.communicate(timeout=20)


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
