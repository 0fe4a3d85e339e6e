"""Under an umask that lets a group write, every file and folder of an archive, and of exports, can be written by the group."""

from __future__ import annotations

import stat
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.replica.crawl import PROJECT, scrapy, settings_for

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer


@pytest.mark.parametrize(("umask", "wanted"), [(0o002, 0o664), (0o077, 0o600)])
def test_the_umask_decides(replica: ReplicaServer, tmp_path: Path, umask: int, wanted: int) -> None:
    settings = settings_for(replica.origins, tmp_path / "root")
    for words in (
        ("crawl", "finews", "-a", "limit=5"),
        ("catalog", "finews"),
        ("export", "finews", "--format", "sqlite", "--output", str(tmp_path / "root" / "posts.db")),
        ("rebuild", "finews", "--output", str(tmp_path / "root" / "again")),
    ):
        done = subprocess.run(
            scrapy(*words, settings=settings), cwd=PROJECT, capture_output=True, text=True, check=False, umask=umask
        )
        assert done.returncode == 0, done.stderr
    found = {path: stat.S_IMODE(path.stat().st_mode) for path in (tmp_path / "root").rglob("*")}
    assert {path.name for path in found} >= {"catalog.sqlite", "index.jsonl", "posts.db", ".lock"}
    odd = [path for path, mode in found.items() if mode != (wanted | (wanted & 0o444) >> 2 if path.is_dir() else wanted)]
    assert odd == []
