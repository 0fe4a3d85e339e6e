"""``_posts``, or a folder below it, is a link to another disk: no rename leads there, and posts get there all the same."""

from __future__ import annotations

import shutil
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import pytest

from tests.archives import index
from tests.conftest import missing
from tests.replica.crawl import crawl, run

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.replica.server import ReplicaServer

_MEMORY = Path("/dev/shm")


@pytest.fixture
def elsewhere(tmp_path: Path) -> Iterator[Path]:
    """A folder on another disk than the tests' own."""
    if not _MEMORY.is_dir() or _MEMORY.stat().st_dev == tmp_path.stat().st_dev:
        missing("a second disk", "/dev/shm is none")
    folder = Path(mkdtemp(dir=_MEMORY))
    yield folder
    shutil.rmtree(folder)


def linked(folder: Path, elsewhere: Path) -> None:
    """Move a folder to the other disk, with a link in its place."""
    shutil.copytree(folder, elsewhere / folder.name)
    shutil.rmtree(folder)
    folder.symlink_to(elsewhere / folder.name)


def posts(archive: Path) -> dict[str, bytes]:
    return {entry["path"]: (archive / entry["path"]).read_bytes() for entry in index(archive)}


@pytest.mark.parametrize("below", ["_posts", "_posts/2022"])
def test_a_rebuild_makes_posts_there(archive_root: Path, elsewhere: Path, below: str) -> None:
    archive, settings = archive_root / "finews", {"ARCHIVE_ROOT": str(archive_root)}
    right = posts(archive)
    linked(archive / below, elsewhere)
    first, second = sorted(entry["path"] for entry in index(archive))[:2]
    (archive / first).write_text("x")
    (archive / second).unlink()
    done = run("rebuild", "finews", settings=settings)
    assert done.returncode == 0, done.stderr
    assert posts(archive) == right
    assert (archive / below).is_symlink()
    assert not list(elsewhere.rglob(".*"))
    if below == "_posts":  # a link below it may lead anywhere, and is named
        verified = run("verify", "finews", settings=settings)
        assert verified.returncode == 0, verified.stdout


def test_a_crawl_and_forget_work_there(replica: ReplicaServer, tmp_path: Path, elsewhere: Path, crawled: Path) -> None:
    archive = tmp_path / "root" / "finews"
    archive.mkdir(parents=True)
    (archive / "_posts").symlink_to(elsewhere)
    assert crawl(replica.origins, tmp_path / "root").returncode == 0
    assert posts(archive) == posts(crawled / "finews")
    post = index(archive)[0]
    settings = {"ARCHIVE_ROOT": str(tmp_path / "root")}
    assert run("forget", "finews", post["id"], "--reason", "asked", settings=settings).returncode == 0
    verified = run("verify", "finews", settings=settings)
    assert verified.returncode == 0, verified.stdout
    assert not list(elsewhere.rglob(".*"))
