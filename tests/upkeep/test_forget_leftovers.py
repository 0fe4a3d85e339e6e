"""A post that is taken out is in nothing either that a killed command left in the archive, and what is damaged keeps none in."""

from __future__ import annotations

import os
import shutil
import signal
from typing import TYPE_CHECKING

import pytest

from tests.archives import a_post, index, words_of
from tests.replica.crawl import run, run_armed

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def forget(root: Path, post_id: str) -> None:
    done = run("forget", "finews", post_id, "--reason", "x", settings={"ARCHIVE_ROOT": str(root)})
    assert done.returncode == 0, done.stdout + done.stderr
    done = run("verify", "finews", settings={"ARCHIVE_ROOT": str(root)})
    assert done.returncode == 0, done.stdout
    assert post_id not in [entry["id"] for entry in index(root / "finews")]


def die_when_all_is_made() -> None:
    """Have this process die before it puts a rebuilt archive in its place."""
    import crawler.archive.publish as module

    module.publish_tree = lambda *_: os.kill(os.getpid(), signal.SIGKILL)


def test_it_is_in_no_rebuild_that_was_cut_short(archive_root: Path) -> None:
    archive, settings = archive_root / "finews", {"ARCHIVE_ROOT": str(archive_root)}
    entry = a_post(archive_root)
    words = [word for word in words_of(archive, entry) if entry["id"].encode() not in word]
    shutil.rmtree(archive / "_posts")
    arm = ("tests.upkeep.test_forget_leftovers:die_when_all_is_made",)
    assert run_armed(arm, "rebuild", "finews", "--jobs", "1", settings=settings).returncode == -signal.SIGKILL
    made = b"".join(path.read_bytes() for path in (archive / ".rebuild").rglob("*") if path.is_file())
    assert all(word in made for word in words)
    done = run("forget", "finews", entry["id"], "--reason", "x", settings=settings)
    assert done.returncode == 0, done.stderr
    for path in archive.rglob("*"):
        assert not path.is_file() or path.name.endswith(".gz") or not any(word in path.read_bytes() for word in words), path
    done = run("rebuild", "finews", "--jobs", "1", settings=settings)
    assert done.returncode == 0, done.stderr
    forget(archive_root, a_post(archive_root)["id"])


def empty(path: Path) -> None:
    path.write_bytes(b"")


def noise(path: Path) -> None:
    path.write_bytes(os.urandom(5000))


@pytest.mark.parametrize("harm", [empty, noise])
def test_readings_that_are_damaged_do_not_matter(archive_root: Path, harm: Callable[[Path], None]) -> None:
    """An export that was killed when it made their file left it empty."""
    harm(archive_root / "finews" / "readings.sqlite")
    forget(archive_root, a_post(archive_root)["id"])


def test_a_folder_in_the_place_of_the_post_stays(archive_root: Path) -> None:
    archive, post = archive_root / "finews", a_post(archive_root)
    (archive / post["path"]).unlink()
    (archive / post["path"]).mkdir()
    (archive / post["path"] / "mine").write_text("mine")
    for _ in range(2):
        done = run("forget", "finews", post["id"], "--reason", "asked", settings={"ARCHIVE_ROOT": str(archive_root)})
        assert done.returncode == 0, done.stderr
    assert (archive / post["path"] / "mine").is_file()
    assert post["id"] not in {entry["id"] for entry in index(archive)}
