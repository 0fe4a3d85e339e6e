"""Names of files that a disk does not take: one post is named and lost, and all others are written."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from crawler.archive.files import PostFiles, UnfitName
from crawler.archive.publish import REMOVE, removed
from crawler.exporters.addresses import file_name
from crawler.exporters.hugo import _content_name
from tests.archives import a_post, index, report
from tests.replica.crawl import crawl, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer


def test_a_name_that_is_too_long_is_told_from_a_disk_that_is_full(tmp_path: Path) -> None:
    files = PostFiles(tmp_path, "{year}")
    with pytest.raises(UnfitName, match="does not take its name: File name too long"):
        files.write(files.path_of(f"2022-03-01-{'x' * 300}.md"), "a")
    files.write(files.path_of("2022-03-01-y.md"), "b")
    assert sorted(path.name for path in tmp_path.rglob("*") if path.is_file()) == ["2022-03-01-y.md"]
    files.sync()


def test_names_that_differ_in_case_or_accents_alone_are_two_files_here(tmp_path: Path) -> None:
    files = PostFiles(tmp_path, "")
    for slug in ("NWa", "nwA", "caf\u00e9", "cafe\u0301"):
        files.write(files.path_of(f"2022-03-01-{slug}.md"), slug)
        files.write(files.path_of(f"2022-03-01-{slug}.md"), slug)
    assert len(list((tmp_path / "_posts").iterdir())) == 4


@pytest.mark.parametrize("ending", [".md", ".markdown", ".html"])
@pytest.mark.parametrize("letter", ["x", "\u957f", "\U0001f600"])
def test_hugo_gets_names_that_every_disk_takes(letter: str, ending: str) -> None:
    names = {
        _content_name(f"_posts/2022-03-01-{(letter * 255)[: (240 - extra) // len(letter.encode())]}{ending}")
        for extra in (0, 4, 8)
    }
    assert len(names) == 3
    assert all(len(name.encode()) <= 255 for name in names)


@pytest.mark.parametrize("name", ["con", "NUL", "com1.x", "aux"])
def test_pages_have_no_names_of_devices(name: str) -> None:
    assert file_name(name) != name
    assert file_name(f"{name[:3]}s") == f"{name[:3]}s"


@pytest.mark.parametrize("again", ["crawl", "rebuild"])
def test_a_post_that_the_disk_does_not_take_is_named_by_each_run(
    tmp_path: Path, replica: ReplicaServer, crawled: Path, again: str
) -> None:
    entry = a_post(crawled)
    (tmp_path / "finews" / entry["path"] / "in the way").mkdir(parents=True)
    others = {one["id"] for one in index(crawled / "finews")} - {entry["id"]}
    assert crawl(replica.origins, tmp_path).returncode == 1
    if again == "crawl":
        assert crawl(replica.origins, tmp_path, "-a", "sweep=1").returncode == 1
    (rejected,) = (one for one in report(tmp_path)["rejections"] if one["code"] == "invalid")
    assert rejected["url"] == entry["url"]
    assert rejected["reason"].endswith("cannot be written: this disk does not take its name: Is a directory")
    assert report(tmp_path)["failures"] == []
    assert {one["id"] for one in index(tmp_path / "finews")} == others
    shutil.rmtree(tmp_path / "finews" / entry["path"])
    assert run("rebuild", "finews", settings={"ARCHIVE_ROOT": str(tmp_path)}).returncode == 0
    assert {one["id"] for one in index(tmp_path / "finews")} == others | {entry["id"]}


def test_a_name_with_a_character_that_ends_lines_elsewhere_is_one_path(tmp_path: Path) -> None:
    names = ["_posts/2024-05-11-a\u2028b\x85c.md", "_posts/2024-05-11-d.md"]
    (tmp_path / REMOVE).write_text("".join(f"{name}\n" for name in names), "utf-8")
    assert removed(tmp_path) == names
