"""What may be written where: nothing but an earlier one of the same kind is replaced unasked, and some things never are."""

from __future__ import annotations

import os
import socket
import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.target import Kind, archive_around, check_target, output_path
from crawler.errors import CannotRun

OURS = b"ours\n"


def is_one(path: Path) -> bool:
    return (path / "mark").exists() if path.is_dir() else path.read_bytes().startswith(OURS)


def check(target: Path, *, folder: bool = False, overwrite: bool = False, of_archive: str = "") -> bool:
    return check_target(target, Kind("one of ours", is_one, folder, of_archive), overwrite=overwrite)


def refused(target: Path, says: str, *, folder: bool = False, overwrite: bool = False, of_archive: str = "") -> None:
    with pytest.raises(CannotRun) as error:
        check(target, folder=folder, overwrite=overwrite, of_archive=of_archive)
    line = str(error.value)
    assert says in line
    assert "\n" not in line
    assert "--output" in line


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    folder = tmp_path / "root" / "finews"
    for name in ("captures", "_posts/2022", "runs"):
        (folder / name).mkdir(parents=True)
    for name in ("index.jsonl", "catalog.sqlite", ".lock", "captures/x.warc.gz", "_posts/2022/x.md", "report.html"):
        (folder / name).write_bytes(OURS)
    return folder


def test_a_free_place_and_one_of_ours_may_be_written(tmp_path: Path) -> None:
    assert not check(tmp_path / "x")
    assert not check(tmp_path / "x", folder=True)
    (tmp_path / "x").write_bytes(OURS)
    assert check(tmp_path / "x")
    (tmp_path / "folder").mkdir()
    assert check(tmp_path / "folder", folder=True)  # nothing is in it
    (tmp_path / "folder" / "mark").touch()
    (tmp_path / "folder" / "more").touch()
    assert check(tmp_path / "folder", folder=True)


@pytest.mark.parametrize("data", [b"", b"# Read me\n", b"\x00\xff"])
def test_another_file_is_replaced_with_consent_alone(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "x").write_bytes(data)
    refused(tmp_path / "x", "give --overwrite")
    assert check(tmp_path / "x", overwrite=True)
    assert (tmp_path / "x").read_bytes() == data


def test_another_folder_is_never_replaced(tmp_path: Path) -> None:
    (tmp_path / "x" / "more").mkdir(parents=True)
    for overwrite in (False, True):
        refused(tmp_path / "x", "is a folder and not one of ours", folder=True, overwrite=overwrite)
        refused(tmp_path / "x", "a folder, not a file", overwrite=overwrite)
    (tmp_path / "file").write_bytes(OURS)
    refused(tmp_path / "file", "a file, not a folder", folder=True, overwrite=True)


@pytest.mark.parametrize("overwrite", [False, True])
def test_nothing_that_is_no_file_is_ever_written_to(tmp_path: Path, overwrite: bool) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "to").write_bytes(OURS)
    (tmp_path / "link").symlink_to("to")
    (tmp_path / "dangling").symlink_to("nowhere")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(tmp_path / "socket"))
    os.mknod(tmp_path / "disk", stat.S_IFBLK | 0o600, os.makedev(7, 99)) if os.geteuid() == 0 else (
        tmp_path / "disk"
    ).symlink_to("x")
    for folder in (False, True):
        for name, what in (
            ("pipe", "a pipe"),
            ("link", "a symbolic link"),
            ("dangling", "a symbolic link"),
            ("socket", "a socket"),
        ):
            refused(tmp_path / name, f"is {what}", folder=folder, overwrite=overwrite)
        refused(Path("/dev/null"), "is a device", folder=folder, overwrite=overwrite)
        refused(tmp_path / "disk", "is a ", folder=folder, overwrite=overwrite)


@pytest.mark.parametrize("overwrite", [False, True])
def test_nothing_is_written_into_an_archive(archive: Path, overwrite: bool) -> None:
    inside = [
        "index.jsonl",
        "captures/x.warc.gz",
        "catalog.sqlite",
        "_posts/2022/x.md",
        "_posts",
        "runs",
        ".",
        "new",
        "runs/new",
    ]
    for name in inside:
        for folder in (False, True):
            refused(archive / name, "inside the archive", folder=folder, overwrite=overwrite)
    (archive.parent / "link").symlink_to(archive / "runs")
    refused(output_path(str(archive.parent / "link" / "new")), "inside the archive", overwrite=overwrite)
    assert not check(archive.parent / "finews.csv", overwrite=overwrite)


def test_a_file_of_the_archive_is_written_in_its_own_place_alone(archive: Path) -> None:
    assert check(archive / "report.html", of_archive="report.html")
    refused(archive / "runs" / "report.html", "inside the archive", of_archive="report.html")
    refused(archive / "index.jsonl", "inside the archive", of_archive="report.html")
    refused(archive / "report.html", "inside the archive")


def test_a_damaged_archive_is_one_still(archive: Path) -> None:
    for name in ("index.jsonl", "catalog.sqlite"):
        (archive / name).unlink()
        assert archive_around(archive / "captures" / "new") == archive
    assert archive_around(archive.parent / "x") is None


def test_a_folder_that_is_missing_or_no_folder(tmp_path: Path) -> None:
    refused(tmp_path / "no" / "x", "there is no folder")
    (tmp_path / "file").touch()
    refused(tmp_path / "file" / "x", "Not a directory")
    refused(tmp_path / ("n" * 300), "File name too long")
    (tmp_path / "loop").symlink_to("loop")
    refused(tmp_path / "loop" / "x", "Too many levels")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["file", "loop"]


def test_an_empty_name_is_none() -> None:
    with pytest.raises(CannotRun, match="--output is empty"):
        output_path("")


@given(st.lists(st.sampled_from(["a", "..", ".", "b c", "ä"]), min_size=1, max_size=5))
def test_a_name_is_read_as_the_system_reads_it(parts: list[str]) -> None:
    text = "/".join(parts)
    assert output_path(text) == Path(os.path.realpath(text))
