"""Files of an archive that are none: each command says which, none waits for a pipe, and posts are made again in their place."""

from __future__ import annotations

import os
import shutil
import socket
from typing import TYPE_CHECKING

import pytest

from crawler.archive.regular import read_regular
from tests.archives import index
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

_COMMANDS = (
    ("status", "finews"),
    ("report", "finews"),
    ("verify", "finews"),
    ("rebuild", "finews", "--diff"),
    ("rebuild", "finews"),
    ("catalog", "finews"),
    ("changes", "finews"),
    ("export", "finews", "--format", "jekyll"),
    ("crawl", "finews", "-sARCHIVE_ONLY=1"),
)
_PLACES = ("catalog.sqlite", "index.jsonl", ".lock", "captures/zz.warc.gz", "runs/20260101T000000.000000Z.json")


@pytest.fixture
def own(tmp_path: Path, crawled: Path) -> Path:
    """``ARCHIVE_ROOT`` with an archive that a test may change."""
    return shutil.copytree(crawled, tmp_path / "own")


def _in_place_of(path: Path, kind: str) -> None:
    path.unlink(missing_ok=True)
    if kind == "a named pipe":
        os.mkfifo(path)
    elif kind == "a device":
        path.symlink_to("/dev/zero")
    elif kind == "a folder":
        path.mkdir()
    else:
        os.chdir(path.parent)  # the path of a socket is short
        with socket.socket(socket.AF_UNIX) as one:
            one.bind(path.name)


@pytest.mark.parametrize("place", _PLACES)
def test_each_command_names_a_pipe(own: Path, place: str) -> None:
    _in_place_of(own / "finews" / place, "a named pipe")
    for words in _COMMANDS:
        done = run(*words, settings={"ARCHIVE_ROOT": str(own)}, timeout=300)
        line = f"{own}/finews/{place} is a named pipe, where a file of the archive should be; move it away\n"
        assert (done.returncode, done.stdout, done.stderr) == (2, "", line), words


@pytest.mark.parametrize("kind", ["a device", "a folder", "a socket"])
def test_whatever_else_is_no_file_is_named(own: Path, kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(own)  # and back
    _in_place_of(own / "finews/catalog.sqlite", kind)
    done = run("status", "finews", settings={"ARCHIVE_ROOT": str(own)}, timeout=300)
    line = f"{own}/finews/catalog.sqlite is {kind}, where a file of the archive should be; move it away\n"
    assert (done.returncode, done.stderr) == (2, line)


def test_the_list_of_sites_waits_for_no_pipe(own: Path) -> None:
    (own / "other").mkdir()
    os.mkfifo(own / "other/site.toml")
    done = run("list", settings={"ARCHIVE_ROOT": str(own)}, timeout=300)
    line = f"{own}/other/site.toml is a named pipe, where a file of the archive should be; move it away\n"
    assert (done.returncode, done.stderr) == (2, line)


def test_a_post_that_is_none_is_made_again(own: Path) -> None:
    first = index(own / "finews")[0]
    post = own / "finews" / first["path"]
    text = post.read_bytes()
    _in_place_of(post, "a named pipe")
    settings = {"ARCHIVE_ROOT": str(own)}
    for words in (("verify",), ("export", "--format", "jekyll", f"--output={own}/out")):
        done = run(words[0], "finews", *words[1:], settings=settings, timeout=300)
        assert done.returncode == 1
        assert "cannot be read: is a named pipe, and no file" in done.stdout + done.stderr
    for words, code in ((("explain", first["id"]), 0), (("rebuild", "--diff"), 1), (("rebuild",), 0), (("verify",), 0)):
        done = run(words[0], "finews", *words[1:], settings=settings, timeout=300)
        assert done.returncode == code, done.stderr
    assert post.read_bytes() == text


def test_a_file_is_read_whole(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"a" * 300_000)
    (tmp_path / "link").symlink_to("file")
    assert read_regular(tmp_path / "link") == b"a" * 300_000
    with pytest.raises(IsADirectoryError):
        read_regular(tmp_path)
