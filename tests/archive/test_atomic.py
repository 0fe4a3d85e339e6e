"""A file is replaced whole or not at all, and what is said to be on the disk is there before anybody goes on."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from crawler import atomic as module
from crawler.atomic import append, atomic, remove_left_behind, replacing, write_unsynced


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str]]:
    """What was synced and renamed, in its order."""
    steps: list[tuple[str, str]] = []
    fsync, rename = os.fsync, os.replace

    def noted_fsync(fd: int) -> None:
        steps.append(("sync", Path(f"/proc/self/fd/{fd}").readlink().name))
        fsync(fd)

    def noted_rename(old: Path, new: Path) -> None:
        steps.append(("rename", Path(new).name))
        rename(old, new)

    monkeypatch.setattr(module.os, "fsync", noted_fsync)
    monkeypatch.setattr(module.os, "replace", noted_rename)
    return steps


def test_content_and_name_are_on_the_disk_in_that_order(tmp_path: Path, done: list[tuple[str, str]]) -> None:
    with atomic(tmp_path / "x") as file:
        file.write(b"new")
        assert not (tmp_path / "x").exists()
    assert (tmp_path / "x").read_bytes() == b"new"
    assert done == [("sync", ".x.tmp"), ("rename", "x"), ("sync", tmp_path.name)]


def test_nothing_is_synced_that_is_made_again(tmp_path: Path, done: list[tuple[str, str]]) -> None:
    with atomic(tmp_path / "x", durable=False) as file:
        file.write(b"new")
    write_unsynced(str(tmp_path / "y"), b"new", str(tmp_path / ".post.tmp"))
    assert done == [("rename", "x"), ("rename", "y")]


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt])
def test_an_error_leaves_what_was_there(tmp_path: Path, error: type[BaseException]) -> None:
    (tmp_path / "x").write_bytes(b"old")

    def fail() -> None:
        with atomic(tmp_path / "x") as file:
            file.write(b"half")
            raise error

    with pytest.raises(error):
        fail()
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"old")]


def test_what_a_killed_process_left_is_no_hindrance(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_bytes(b"not ours")
    (tmp_path / ".x.tmp").symlink_to(elsewhere)
    with atomic(tmp_path / "x") as file:
        file.write(b"new")
    assert ((tmp_path / "x").read_bytes(), elsewhere.read_bytes()) == (b"new", b"not ours")
    assert not (tmp_path / "x").is_symlink()


def test_permissions_stay(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"old")
    (tmp_path / "x").chmod(0o440)
    with replacing(tmp_path / "x") as temporary:
        temporary.write_bytes(b"new")
    assert stat.S_IMODE((tmp_path / "x").stat().st_mode) == 0o440
    assert (tmp_path / "x").read_bytes() == b"new"


def test_two_that_write_one_place_do_not_mix(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with atomic(tmp_path / "x", shared=True) as one:
        one.write(b"one")
        with monkeypatch.context() as patch:
            patch.setattr(module.os, "getpid", lambda: 1)
            with atomic(tmp_path / "x", shared=True) as other:
                other.write(b"other")
        assert (tmp_path / "x").read_bytes() == b"other"
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"one")]


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x").write_bytes(b"old")
    monkeypatch.setattr(module.os, "write", lambda _, data: len(data) - 1)
    with pytest.raises(OSError, match="could not be written whole; is the disk full"):
        write_unsynced(str(tmp_path / "x"), b"new", str(tmp_path / ".post.tmp"))
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x", b"old")]


def test_lines_are_appended_and_synced(tmp_path: Path, done: list[tuple[str, str]]) -> None:
    assert append(tmp_path / "x", [b"one\n"]) == 4
    assert append(tmp_path / "x", [b"two\n"]) == 8
    assert (tmp_path / "x").read_bytes() == b"one\ntwo\n"
    assert done == 2 * [("sync", "x"), ("sync", tmp_path.name)]


def test_what_is_not_in_its_place_yet_is_removed_by_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As when another report begins while the page of this one is being synced."""
    monkeypatch.setattr("crawler.atomic.sync", lambda _: remove_left_behind(tmp_path, "x.html.*"))
    with atomic(tmp_path / "x.html", shared=True) as file:
        file.write(b"new")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("x.html", b"new")]
