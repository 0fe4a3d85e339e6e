"""What other commands change after a verification has begun is no finding."""

from __future__ import annotations

import os
import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from crawler.batch.processes import Workers
from crawler.sites.declared import load
from crawler.upkeep.verify.check import Checked, Verification
from crawler.upkeep.verify.snapshot import take_snapshot
from tests.archives import a_post
from tests.exporters.test_places import mount
from tests.replica.crawl import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def forget(root: Path) -> None:
    done = run("forget", "finews", a_post(root)["id"], "--reason", "x", "--listings", settings={"ARCHIVE_ROOT": str(root)})
    assert done.returncode == 0, done.stderr


def put_an_older_file(root: Path) -> None:
    """As a rebuild does that was cut short, and is gone on with."""
    path = root / "finews" / a_post(root)["path"]
    (root / "new").write_text("another text")
    os.utime(root / "new", (1, 1))
    (root / "new").replace(path)


def take_a_post_away(root: Path) -> None:
    (root / "finews" / a_post(root)["path"]).unlink()


def take_all_away(root: Path) -> None:
    shutil.rmtree(root / "finews" / "_posts")


@pytest.mark.parametrize("change", [forget, put_an_older_file, take_a_post_away, take_all_away])
def test_no_finding(archive_root: Path, tmp_path: Path, change: Callable[[Path], None]) -> None:
    (tmp_path / "scratch").mkdir()
    snapshot = take_snapshot(archive_root / "finews", tmp_path / "scratch")
    change(archive_root)
    with Workers() as workers:
        found = list(Verification(load("finews"), snapshot, workers, lambda *_: None).run(Checked()))
    assert found == []
    if change is not forget:
        assert run("verify", "finews", settings={"ARCHIVE_ROOT": str(archive_root)}).returncode == 1


@pytest.mark.parametrize("size", ["4k", "300k"])
def test_a_full_temporary_disk_is_no_finding(
    archive_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount("-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(disk))
    try:
        monkeypatch.setenv("TMPDIR", str(disk))
        done = run("verify", "finews", "--repair", settings={"ARCHIVE_ROOT": str(archive_root)})
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
    assert done.returncode == 2, done.stdout
    (line,) = done.stderr.splitlines()
    name = "catalog.sqlite" if size == "300k" else "index.jsonl"
    assert line.endswith(f"/{name}: No space left on device; make room there")
    assert not (archive_root / "finews" / ".rebuild").exists()
