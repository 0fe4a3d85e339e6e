"""What is written takes its place whole, one writer at a time, however a writer ends."""

from __future__ import annotations

import multiprocessing
import os
import signal
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.archive import staging
from crawler.archive.lock import ArchiveInUse
from crawler.archive.staging import claimed, staged
from crawler.errors import CannotRun

if TYPE_CHECKING:
    from collections.abc import Callable


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def a_folder(place: Path, name: str) -> None:
    place.mkdir()
    (place / name).write_text(name)


def test_a_file_takes_its_place_with_what_is_beside_it(tmp_path: Path) -> None:
    (tmp_path / "x.db").write_text("old")
    with staged(tmp_path / "x.db") as path:
        path.write_text("new")
        path.with_name("x.json").write_text("beside")
        path.with_name(".x.part").write_text("scratch")
        assert (tmp_path / "x.db").read_text() == "old"
    assert names(tmp_path) == ["x.db", "x.json"]
    assert (tmp_path / "x.db").read_text() == "new"


@pytest.mark.parametrize("can_exchange", [True, False])
def test_a_folder_takes_the_place_of_one(tmp_path: Path, can_exchange: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    if not can_exchange:
        monkeypatch.setattr(staging, "_exchange", lambda *_: False)
    for name in ("one", "two"):
        with staged(tmp_path / "x") as path:
            a_folder(path, name)
        assert names(tmp_path) == ["x"]
        assert names(tmp_path / "x") == [name]


def stop_after(make: Callable[[Path, str], object], path: Path) -> None:
    make(path, "new")
    raise KeyboardInterrupt


@pytest.mark.parametrize("is_folder", [True, False])
def test_what_fails_changes_nothing(tmp_path: Path, is_folder: bool) -> None:
    make = a_folder if is_folder else Path.write_text
    make(tmp_path / "x", "old")
    with pytest.raises(KeyboardInterrupt), staged(tmp_path / "x") as path:
        stop_after(make, path)
    assert names(tmp_path) == ["x"]
    assert (tmp_path / "x" / "old" if is_folder else tmp_path / "x").read_text() == "old"


def test_of_two_at_one_place_the_second_is_refused(tmp_path: Path) -> None:
    with staged(tmp_path / "x") as path:
        path.write_text("first")
        with (
            pytest.raises(ArchiveInUse, match=f"{tmp_path / 'x'} is being written by process {os.getpid()}"),
            staged(tmp_path / "x"),
        ):
            pass
        with staged(tmp_path / "y") as other:
            other.write_text("elsewhere")
    assert (tmp_path / "x").read_text() == "first"
    assert names(tmp_path) == ["x", "y"]


def die_while_writing(target: Path) -> None:
    with staged(target) as path:
        a_folder(path, "half")
        os.kill(os.getpid(), signal.SIGKILL)


def die_between(target: Path) -> None:
    """Where folders cannot be exchanged: the old one is moved aside, the new one not yet there."""
    staging._exchange = lambda *_: False
    rename = Path.rename

    def once(self: Path, to: Path) -> Path:
        rename(self, to)
        os.kill(os.getpid(), signal.SIGKILL)
        return to

    Path.rename = once  # type: ignore[method-assign]
    with staged(target) as path:
        a_folder(path, "new")


@pytest.mark.parametrize("dies", [die_while_writing, die_between])
def test_a_killed_one_leaves_the_old_and_holds_nobody(tmp_path: Path, dies: object) -> None:
    a_folder(tmp_path / "x", "old")
    process = multiprocessing.get_context("spawn").Process(target=dies, args=(tmp_path / "x",))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL
    assert ".x.new" in names(tmp_path)
    with claimed(tmp_path / "x"):
        assert names(tmp_path / "x") == ["old"]
    assert names(tmp_path) == ["x"]


def claim_often(target: Path, times: int) -> None:
    for _ in range(times):
        try:
            with claimed(target) as folder:
                (folder / "mine").mkdir()  # raises if another one is in here
        except ArchiveInUse:
            continue


def test_no_two_ever_hold_one_place(tmp_path: Path) -> None:
    processes = [multiprocessing.get_context("spawn").Process(target=claim_often, args=(tmp_path / "x", 400)) for _ in range(4)]
    for process in processes:
        process.start()
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * 4
    assert names(tmp_path) == []


def test_a_folder_of_somebody_else_is_not_cleared(tmp_path: Path) -> None:
    a_folder(tmp_path / ".x.new", "theirs")
    with pytest.raises(CannotRun, match="is in the way"), claimed(tmp_path / "x"):
        pass
    assert names(tmp_path / ".x.new") == ["theirs"]
    (tmp_path / ".y.new").symlink_to(tmp_path / ".x.new")
    with pytest.raises(CannotRun, match="is in the way"), claimed(tmp_path / "y"):
        pass


def test_a_place_in_no_folder(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), claimed(tmp_path / "no" / "x"):
        pass
