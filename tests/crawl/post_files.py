"""The posts that came out of a web archive, and whether the archive made of them is sound."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.batch.conftest import tree
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path


def sound(root: Path) -> None:
    for command in (("rebuild", "finews", "--diff"), ("verify", "finews")):
        done = run(*command, settings={"ARCHIVE_ROOT": str(root)})
        assert done.returncode == 0, done.stdout


def posts(archive: Path) -> dict[str, bytes]:
    return {name: content for name, content in tree(archive).items() if name != "index.jsonl"}
