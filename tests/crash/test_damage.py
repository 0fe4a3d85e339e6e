"""A catalog or an index that was damaged or deleted, and a disk that is full: the next run mends it."""

from __future__ import annotations

import os
import shutil
import subprocess
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from tests.archives import index
from tests.conftest import missing
from tests.crash.ground import NOW, Ground, content, ground
from tests.replica.crawl import crawl, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.replica.server import ReplicaServer

PAGE = 4096


def delete(path: Path) -> None:
    path.unlink()


def empty(path: Path) -> None:
    path.write_bytes(b"")


def noise(path: Path) -> None:
    path.write_bytes(os.urandom(20_000))


def halve(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2 + 7)


def blot(path: Path) -> None:
    """Every page but the first few overwritten in its middle."""
    data = bytearray(path.read_bytes())
    for start in range(3 * PAGE, len(data), PAGE):
        data[start + 100 : start + 2000] = os.urandom(1900)
    path.write_bytes(data)


def add_noise(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b'{"id": "x"}\nno line at all\n{"id": ')


DAMAGE: list[tuple[str, Callable[[Path], None]]] = [
    ("catalog.sqlite", delete),
    ("catalog.sqlite", empty),
    ("catalog.sqlite", noise),
    ("catalog.sqlite", halve),
    ("catalog.sqlite", blot),
    ("catalog.sqlite-wal", noise),
    ("index.jsonl", delete),
    ("index.jsonl", empty),
    ("index.jsonl", noise),
    ("index.jsonl", halve),
    ("index.jsonl", add_noise),
    ("index.changes.jsonl", noise),
    ("index.changes.jsonl", add_noise),
    ("index.jsonl.tmp", noise),
    (".index.jsonl.tmp", noise),
    (".index.changes.jsonl.tmp", noise),
    (".post.tmp", noise),
    (".lock", noise),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Served and crawled once for all tests here."""
    with ground(tmp_path_factory.mktemp("ground")) as made:
        yield made


@pytest.mark.parametrize("also_catalog", [False, True], ids=["", "and no catalog"])
@pytest.mark.parametrize(("name", "spoil"), DAMAGE, ids=[f"{spoil.__name__} {name}" for name, spoil in DAMAGE])
def test_what_is_damaged_is_mended(
    made: Ground, tmp_path: Path, name: str, spoil: Callable[[Path], None], also_catalog: bool
) -> None:
    root = tmp_path / "root"
    shutil.copytree(made.folder / "undisturbed", root, copy_function=shutil.copy2)
    spoil_file(root / "finews" / name, spoil)
    if also_catalog and (root / "finews" / "catalog.sqlite").exists():
        (root / "finews" / "catalog.sqlite").unlink()
    code = made.crawl(root, NOW + timedelta(minutes=5))
    came = made.aftermath(root, code, later=timedelta(minutes=10))
    assert code in (0, 1)
    assert came.good, came
    assert "Traceback" not in (made.folder / "log").read_text("utf-8")


def spoil_file(path: Path, spoil: Callable[[Path], None]) -> None:
    if not path.exists():
        path.touch()
    spoil(path)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, 400 KiB large."""
    folder = tmp_path / "disk"
    folder.mkdir()
    try:
        done = subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(folder)], capture_output=True, check=False
        )
    except FileNotFoundError:
        missing("mount", "apt-get install mount")
    if done.returncode:
        missing("a small file system", "run as root, who may mount one")
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("size", ["64k", "200k", "400k", "600k", "800k"])
def test_a_full_disk_is_named_and_mended_once_there_is_room(
    small_disk: Path, crawled: Path, replica: ReplicaServer, size: str
) -> None:
    subprocess.run(["mount", "-o", f"remount,size={size}", str(small_disk)], check=True)
    done = crawl(replica.origins, small_disk)
    assert done.returncode in (1, 2), done.stderr
    assert "Traceback" not in done.stderr
    assert "No space left" in done.stdout + done.stderr or "disk is full" in done.stdout + done.stderr
    subprocess.run(["mount", "-o", "remount,size=40m", str(small_disk)], check=True)
    done = crawl(replica.origins, small_disk)
    assert done.returncode == 0, done.stderr
    assert content(small_disk / "finews") == content(crawled / "finews")
    verified = run("verify", "finews", settings={"ARCHIVE_ROOT": str(small_disk)})
    assert verified.returncode == 0, verified.stdout
    assert len(index(small_disk / "finews")) == len(index(crawled / "finews"))


@pytest.mark.parametrize("part", [".", "runs"])  # it cannot start; only its report has no room
def test_a_disk_too_full_for_a_run_report_is_told_of_at_once_and_once(
    small_disk: Path, archive_root: Path, replica: ReplicaServer, tmp_path: Path, part: str
) -> None:
    subprocess.run(["mount", "-o", "remount,size=40m", str(small_disk)], check=True)
    archive = archive_root / "finews"
    shutil.move(archive / part, small_disk / "finews")
    (archive / part).symlink_to(small_disk / "finews")
    tell = tmp_path / "tell.sh"
    tell.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> {tmp_path}/told\n')
    tell.chmod(0o755)
    full = subprocess.run(["dd", "if=/dev/zero", f"of={small_disk}/filler", "bs=4k"], capture_output=True, check=False)
    assert b"No space left" in full.stderr
    reports = set((archive / "runs").glob("*.json"))
    for _ in range(2):
        done = crawl(replica.origins, archive_root, ALERT_COMMAND=str(tell))
        assert done.returncode == (2 if part == "." else 1), done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
    assert set((archive / "runs").glob("*.json")) == reports
    told = (tmp_path / "told").read_text()
    assert told.count("backfile: finews: a run ") == 1
    assert "No space left" in told or "full" in told
