"""A disk that knows no upper and lower case, and keeps files that are open: no post takes the place of another one."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest

from tests.conftest import missing
from tests.spiders.stranger import Crawled, Stranger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Two pairs of posts whose names are one for such a disk.
_SLUGS = {1: "Case", 2: "case", 3: "Caf\u00e9", 4: "CAF\u00c9"}


class Alike(Stranger):
    """A site with posts whose names differ in upper and lower case alone."""

    @staticmethod
    def day(number: int) -> str:
        return "2024/05/11" if number in _SLUGS else f"2024/06/{number + 1:02}"

    def path(self, number: int) -> str:
        slug = _SLUGS.get(number)
        return f"{self.base}{self.day(number)}/{quote(slug)}/" if slug else super().path(number)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A folder on such a disk."""
    if not shutil.which("mount.exfat-fuse") or not shutil.which("mkfs.exfat"):
        missing("exFAT", "apt-get install exfat-fuse exfatprogs")
    image, folder = tmp_path / "image", tmp_path / "disk"
    folder.mkdir()
    with image.open("wb") as file:
        file.truncate(128 << 20)
    subprocess.run(["mkfs.exfat", image], check=True, capture_output=True)
    made = subprocess.run(["losetup", "--find", "--show", image], capture_output=True, text=True, check=False)
    if made.returncode:
        pytest.skip("no file can be made a disk here: run as root, where there are loop devices")
    device = made.stdout.strip()
    try:
        if subprocess.run(["mount.exfat-fuse", device, folder], capture_output=True, check=False).returncode:
            pytest.skip("no file system of FUSE can be mounted here")
        try:
            yield folder
        finally:
            subprocess.run(["umount", "--lazy", folder], check=True)
    finally:
        subprocess.run(["losetup", "--detach", device], check=True)


@pytest.fixture
def alike() -> Iterator[Alike]:
    with Alike(10) as site:
        yield site


def test_a_post_that_would_take_the_place_of_another_is_named_by_crawl_and_rebuild(disk: Path, alike: Alike) -> None:
    shore = Crawled(disk, alike)
    assert len(shore.crawl(code=1)["rejections"]) == 2
    made = {path: (shore.archive / entry["path"]).read_bytes() for path, entry in shore.index.items()}
    assert len(made) == 8
    again = shore.run("crawl", "shore", "-a", "sweep=1")
    assert "Errno" not in again.stderr
    assert sum("dropped: https://" in line for line in again.stderr.splitlines()) == 2
    done = shore.run("rebuild", "shore")
    assert done.returncode == 1
    assert (
        sum(line.startswith("not rebuilt: ") and "differs in upper and lower case" in line for line in done.stderr.splitlines())
        == 2
    )
    assert {path: (shore.archive / entry["path"]).read_bytes() for path, entry in shore.index.items()} == made
    verified = shore.run("verify", "shore")
    assert verified.returncode == 0, verified.stdout


@pytest.mark.parametrize("form", ["jekyll", "hugo"])
def test_an_export_to_it_has_all_posts(tmp_path: Path, disk: Path, alike: Alike, form: str) -> None:
    shore = Crawled(tmp_path, alike)
    shore.crawl()
    target = disk / "site"
    done = shore.run("export", "shore", "--format", form, "--output", str(target))
    assert done.returncode == 0, done.stderr
    texts = [path.read_text("utf-8") for path in target.rglob("2024*.md")]
    assert sorted(one for one in alike.posts if any(f"number {one}." in text for text in texts)) == sorted(alike.posts)
    assert [path.name for path in disk.iterdir()] == ["site"]


def test_a_rebuild_to_it_leaves_nothing_beside(tmp_path: Path, disk: Path, alike: Alike) -> None:
    shore = Crawled(tmp_path, alike)
    shore.crawl()
    words = ("rebuild", "shore", "--from", str(shore.archive / "captures"), "--output", str(disk / "again"))
    for _ in range(2):
        done = shore.run(*words)
        assert done.returncode == 1, done.stderr
        assert "Directory not empty" not in done.stderr
        assert len(list((disk / "again" / "_posts").rglob("*.md"))) == 8
        assert [path.name for path in disk.iterdir()] == ["again"]
