"""What a person put in the place of source posts, or of their folders: it is named, it stays, and all others are made."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

from crawler.archive.archive import Archive
from crawler.archive.paths import STAGE
from crawler.archive.publish import publish_tree
from tests.archives import index
from tests.batch.conftest import tree
from tests.batch.rebuilding import rebuild
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path


def in_the_way(archive: Path) -> tuple[list[str], str]:
    """Three posts gone, and in the place of the first a folder, of the second an empty one; in that of a day's folder a file."""
    paths = sorted(entry["path"] for entry in index(archive))
    for path in paths[:3]:
        (archive / path).unlink()
    for path in paths[:2]:
        (archive / path).mkdir()
    (archive / paths[0] / "mine").write_text("mine")
    day = paths[-1].rpartition("/")[0]
    shutil.rmtree(archive / day)
    (archive / day).write_text("mine")
    return paths, day


def test_a_rebuild_names_it_and_makes_the_others(archive_root: Path) -> None:
    archive = archive_root / "finews"
    right = tree(archive)
    paths, day = in_the_way(archive)
    said = [
        f"{paths[0]}: a folder is in the place of a source post; move it away, and rebuild",
        f"{day}: a file is in the place of a folder; move it away, and rebuild",
    ]
    done = rebuild(archive_root)
    assert (done.returncode, sorted(done.stderr.splitlines())) == (1, sorted(said))
    assert "2 could not be rebuilt" in done.stdout
    assert not (archive / STAGE).exists()
    assert (archive / paths[0] / "mine").read_text() == (archive / day).read_text() == "mine"
    assert (archive / paths[1]).is_file()
    assert (archive / paths[2]).is_file()
    done = rebuild(archive_root, "--json")
    assert (done.returncode, sorted(json.loads(done.stdout)["unplaced"])) == (1, sorted(said))
    repaired = run("verify", "finews", "--repair", settings={"ARCHIVE_ROOT": str(archive_root)})
    assert repaired.returncode == 1, repaired.stderr
    assert f"{paths[0]}: " in repaired.stdout
    shutil.rmtree(archive / paths[0])
    (archive / day).unlink()
    done = rebuild(archive_root)
    assert done.returncode == 0, done.stderr
    assert tree(archive) == right


def test_what_goes_on_after_a_kill_names_it_too(crawled: Path, tmp_path: Path) -> None:
    archive, stage = tmp_path / "finews", tmp_path / "finews" / STAGE
    shutil.copytree(crawled / "finews", archive)
    stage.mkdir()
    shutil.copytree(archive / "_posts", stage / "tree" / "_posts")
    (stage / "remove.txt").write_text("", "utf-8")
    (stage / "committed").write_bytes(b"")
    paths, day = in_the_way(archive)
    opened = Archive(archive, "finews")
    said = opened.recover(str)
    opened.close()
    assert said[0] == "a rebuild that was cut short was put in its place"
    assert {line.partition(":")[0] for line in said[1:]} == {paths[0], day}
    assert not stage.exists()


def test_a_file_that_is_taken_out_may_be_a_folder_by_now(crawled: Path, tmp_path: Path) -> None:
    archive, stage = tmp_path / "finews", tmp_path / "finews" / STAGE
    shutil.copytree(crawled / "finews", archive)
    paths, day = in_the_way(archive)
    (stage / "tree").mkdir(parents=True)
    (stage / "remove.txt").write_text(f"{paths[0]}\n{day}/x.md\n{paths[2]}\n", "utf-8")
    assert publish_tree(stage, archive) == []
    assert (archive / paths[0] / "mine").is_file()
