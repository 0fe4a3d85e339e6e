"""Nothing of an archive is opened, resumed or made again before its lock is taken; readers meet nothing that is half made."""

from __future__ import annotations

import os
import shutil
import signal
import threading
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from crawler.archive.archive import Archive
from crawler.archive.catalog.catalog_reader import open_catalog
from crawler.archive.lock import ArchiveInUse, Lock
from crawler.atomic import atomic, remove_left_behind, temporary_name
from crawler.sites.declared import load
from tests.archives import index
from tests.batch.conftest import tree
from tests.replica.crawl import run, run_armed

if TYPE_CHECKING:
    from pathlib import Path


def test_who_is_refused_has_touched_nothing(archive_root: Path) -> None:
    """Neither the rebuild that another process is just publishing, nor a catalog that is just being replaced."""
    archive = archive_root / "finews"
    (archive / ".rebuild" / "tree").mkdir(parents=True)
    for name in ("committed", "remove.txt"):
        (archive / ".rebuild" / name).touch()
    (archive / "catalog.sqlite").write_bytes(b"no database")
    lock = Lock(archive)
    lock.take()
    before = tree(archive)
    for words in (
        ("crawl", "finews"),
        ("catalog", "finews"),
        ("rebuild", "finews"),
        ("forget", "finews", "x", "--reason", "x"),
    ):
        done = run(*words, settings={"ARCHIVE_ROOT": str(archive_root)})
        assert done.returncode == 3, done.stderr
        assert " is being written by process " in done.stderr
    assert tree(archive) == before
    lock.release()
    done = run("catalog", "finews", settings={"ARCHIVE_ROOT": str(archive_root)})
    assert done.returncode == 0, done.stderr


def test_a_catalog_that_is_made_again_is_met_whole(archive_root: Path) -> None:
    archive = archive_root / "finews"
    posts = len(index(archive))
    with closing(Archive(archive, "finews")) as opened:
        opened.catalog.recreate(damaged=False)
        with closing(open_catalog(archive)) as reader:
            assert reader.execute("SELECT count(*) FROM posts").fetchone() == (posts,)
        opened.recover(load("finews").canonical)
    with closing(open_catalog(archive)) as reader:
        assert reader.execute("SELECT count(*) FROM posts").fetchone() == (posts,)
    assert [path.name for path in archive.glob(".catalog*")] == []


def die_before_the_catalog_is_there() -> None:
    """Have this process die when a new catalog is complete, and not in its place."""
    from crawler.archive.catalog import catalog_file

    catalog_file.CatalogFile.put_in_place = lambda _: os.kill(os.getpid(), signal.SIGKILL)  # type: ignore[method-assign]


def test_a_catalog_that_was_not_finished_is_begun_again(archive_root: Path) -> None:
    archive, settings = archive_root / "finews", {"ARCHIVE_ROOT": str(archive_root)}
    before = run("changes", "finews", settings=settings).stdout
    arm = ("tests.archive.test_locked_first:die_before_the_catalog_is_there",)
    assert run_armed(arm, "catalog", "finews", settings=settings).returncode == -signal.SIGKILL
    assert run("changes", "finews", settings=settings).stdout == before
    assert run("catalog", "finews", settings=settings).returncode == 0
    done = run("verify", "finews", settings=settings)
    assert done.returncode == 0, done.stdout
    assert [path.name for path in archive.glob(".catalog*")] == []


def test_a_writer_waits_for_readers_and_not_for_writers(tmp_path: Path) -> None:
    first, second, writer = Lock(tmp_path), Lock(tmp_path), Lock(tmp_path)
    first.share()
    second.share()
    thread = threading.Thread(target=writer.take)
    thread.start()
    first.release()
    assert thread.is_alive()
    second.release()
    thread.join()
    for other in (Lock(tmp_path).take, Lock(tmp_path).share):
        with pytest.raises(ArchiveInUse, match=f"process {os.getpid()} on "):
            other()
    writer.release()


def test_only_what_nobody_is_writing_is_removed(tmp_path: Path) -> None:
    (tmp_path / temporary_name("old.json")).touch()
    (tmp_path / temporary_name("other.html")).touch()
    (tmp_path / "elsewhere").touch()
    (tmp_path / temporary_name("link.json")).symlink_to(tmp_path / "elsewhere")
    with atomic(tmp_path / "new.json") as file:
        remove_left_behind(tmp_path, "*.json")
        file.write(b"new")
    assert (tmp_path / "new.json").read_bytes() == b"new"
    names = [temporary_name("link.json"), temporary_name("other.html"), "elsewhere", "new.json"]
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted(names)


@pytest.mark.parametrize("gone", [["job.json", "committed"], ["job.json", "committed", "remove.txt"]])
def test_a_rebuild_that_is_killed_when_it_clears_up(archive_root: Path, gone: list[str]) -> None:
    """What is left of its folder is neither resumed nor used again."""
    settings = {"ARCHIVE_ROOT": str(archive_root)}
    shutil.rmtree(archive_root / "finews" / "_posts")
    arm = ("tests.archive.test_locked_first:die_when_clearing", *gone)
    assert run_armed(arm, "rebuild", "finews", "--jobs", "1", settings=settings).returncode == -signal.SIGKILL
    assert (archive_root / "finews" / ".rebuild").exists()
    assert run("verify", "finews", settings=settings).returncode == 0
    done = run("rebuild", "finews", "--jobs", "1", settings=settings)
    assert done.returncode == 0, done.stderr
    assert not (archive_root / "finews" / ".rebuild").exists()
    assert run("verify", "finews", settings=settings).returncode == 0


def die_when_clearing(*gone: str) -> None:
    """Have this process die when these files of a rebuild's folder are removed."""
    from crawler.archive import publish

    def dies(stage: Path, **_: object) -> None:
        for name in gone:
            (stage / name).unlink(missing_ok=True)
        shutil.rmtree(stage / "done", ignore_errors=True)
        os.kill(os.getpid(), signal.SIGKILL)

    class Own:
        rmtree = staticmethod(dies)

    publish.shutil = Own  # type: ignore[assignment]
