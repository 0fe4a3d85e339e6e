"""``scrapy rebuild``: byte for byte what the crawl wrote, whatever the input's order and the number of processes."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.warc.members import iter_members
from tests.archives import a_post, index
from tests.batch.conftest import DERIVED, tables, tree, without_places
from tests.batch.rebuilding import edit, members, places, rebuild
from tests.replica.build import BUILT
from tests.replica.crawl import run
from tests.replica.truth import compare

if TYPE_CHECKING:
    from tests.replica.server import ReplicaServer


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_rebuild_gives_what_the_crawl_gave(crawled: Path, tmp_path: Path, jobs: str) -> None:
    done = rebuild(crawled, "--output", str(tmp_path / "again"), "--jobs", jobs)
    assert done.returncode == 0, done.stdout + done.stderr
    assert tree(tmp_path / "again") == tree(crawled / "finews")
    assert tables(tmp_path / "again") == tables(crawled / "finews")
    assert sorted(path.name for path in (tmp_path / "again").iterdir()) == ["_posts", *sorted(DERIVED)]
    assert compare(BUILT, tmp_path / "again").good
    number = len(index(crawled / "finews"))
    summary = done.stdout.splitlines()
    for title in ("Fidelity", "Body from", "Editions"):
        counts = summary[summary.index(title) + 1 :]
        until = next((place for place, line in enumerate(counts) if not line.strip()[:1].isdigit()), len(counts))
        assert sum(int(line.split()[0].replace(",", "")) for line in counts[:until]) == number
    assert f"{number} posts rebuilt" in summary[-1]
    assert "posts a second" in summary[-1]


def test_two_rebuilds_are_equal_to_the_last_byte_whatever_the_processes(crawled: Path, tmp_path: Path) -> None:
    for jobs in ("1", "3"):
        rebuild(crawled, "--output", str(tmp_path / jobs), "--jobs", jobs)
    for name in DERIVED:
        assert (tmp_path / "1" / name).read_bytes() == (tmp_path / "3" / name).read_bytes()


def test_in_place_nothing_is_touched_that_stays_the_same(archive_root: Path) -> None:
    archive = archive_root / "finews"
    before, rows = tree(archive), tables(archive)
    times = {path: path.stat().st_mtime_ns for path in archive.glob("_posts/**/*.md")}
    done = rebuild(archive_root)
    assert done.returncode == 0, done.stdout
    assert "0 files written" in done.stdout
    assert tree(archive) == before
    assert tables(archive) == rows
    assert {path: path.stat().st_mtime_ns for path in archive.glob("_posts/**/*.md")} == times


def test_posts_index_and_catalog_that_are_lost_come_back(archive_root: Path) -> None:
    archive = archive_root / "finews"
    before, rows = tree(archive), tables(archive)
    shutil.rmtree(archive / "_posts")
    for name in DERIVED:
        (archive / name).unlink()
    assert rebuild(archive_root).returncode == 0
    assert tree(archive) == before
    assert tables(archive) == rows


def test_a_file_that_was_changed_by_hand_is_made_again_and_no_other(archive_root: Path) -> None:
    archive = archive_root / "finews"
    before = tree(archive)
    path = archive / a_post(archive_root)["path"]
    path.write_bytes(b"defaced")
    shown = rebuild(archive_root, "--diff")
    assert shown.returncode == 1
    assert "-defaced" in shown.stdout
    assert path.read_bytes() == b"defaced"
    done = rebuild(archive_root)
    assert "1 file written" in done.stdout
    assert tree(archive) == before
    assert rebuild(archive_root, "--diff").returncode == 0


def test_another_layout_moves_the_files(archive_root: Path) -> None:
    archive = archive_root / "finews"
    before = {Path(name).name: content for name, content in tree(archive).items() if name != "index.jsonl"}
    assert rebuild(archive_root, POSTS_LAYOUT="{year}").returncode == 0
    assert {path.name: path.read_bytes() for path in archive.glob("_posts/2022/*.md")} == before
    assert len(list(archive.glob("_posts/**/*.md"))) == len(before)
    assert {entry["path"].count("/") for entry in index(archive)} == {2}


@pytest.mark.parametrize("order", ["reversed", "dealt"])
def test_the_order_of_the_input_makes_no_difference(crawled: Path, tmp_path: Path, order: str) -> None:
    records = members(crawled / "finews")
    parts = [records[::-1]] if order == "reversed" else [records[number::5] for number in range(5)]
    for number, part in enumerate(parts):
        (tmp_path / f"{'zyxwv'[number]}.warc.gz").write_bytes(b"".join(part))
    done = rebuild(tmp_path, "--from", str(tmp_path), "--output", str(tmp_path / "again"))
    assert done.returncode == 0, done.stdout
    new, old = tree(tmp_path / "again"), tree(crawled / "finews")
    assert places(new.pop("index.jsonl")) == places(old.pop("index.jsonl"))
    assert new == old
    assert without_places(tables(tmp_path / "again")) == without_places(tables(crawled / "finews"))


def test_posts_that_were_edited_keep_their_versions(archive_root: Path, replica: ReplicaServer) -> None:
    edit(archive_root, replica, ["更正：甲", "更正：甲", "更正：乙"])
    archive = archive_root / "finews"
    assert max(entry["version"] for entry in index(archive)) == 3
    before, rows = tree(archive), tables(archive)
    assert rebuild(archive_root, "--output", str(archive_root / "again")).returncode == 0
    assert tree(archive_root / "again") == before
    assert tables(archive_root / "again") == rows


def test_a_post_whose_captures_are_gone_stays_and_is_named(archive_root: Path) -> None:
    archive = archive_root / "finews"
    before, gone = tree(archive), a_post(archive_root)
    (file,) = (archive / "captures").glob("*.warc.gz")
    lost = gone["captures"][0]["offset"]
    pieced = [(start, length) for start, length, _ in iter_members(file, 0, 1 << 26)]
    data = file.read_bytes()
    file.chmod(0o644)
    file.write_bytes(b"".join(data[start : start + length] for start, length in pieced if start != lost))
    (archive / "catalog.sqlite").unlink()
    done = rebuild(archive_root)
    assert done.returncode == 1
    assert f"not rebuilt: {gone['url']}: no-capture" in done.stderr
    after = tree(archive)
    assert {entry["id"] for entry in places(after.pop("index.jsonl"))} == {
        entry["id"] for entry in places(before.pop("index.jsonl"))
    }
    assert after == before


def test_damage_is_named_and_costs_nothing_else(crawled: Path, tmp_path: Path) -> None:
    records = members(crawled / "finews")
    torn = records[20][:-30]
    whole = gzip.compress(gzip.decompress(records[30]).replace(b"WARC-Target-URI: h", b"WARC-Target-URI: x"))
    (tmp_path / "a.warc.gz").write_bytes(b"".join([*records[:20], torn, *records[21:30], whole, *records[31:]]))
    (tmp_path / "b.warc.gz").write_bytes(b"no WARC at all")
    (tmp_path / "c.warc.gz").write_bytes(b"")
    done = rebuild(tmp_path, "--from", str(tmp_path), "--output", str(tmp_path / "again"))
    assert done.returncode == 1
    named = [line for line in done.stderr.splitlines() if line.startswith("cannot be read: ")]
    assert [line.split()[3] for line in named] == ["a.warc.gz:", "b.warc.gz:", "c.warc.gz:"]
    made = {entry["id"] for entry in index(tmp_path / "again")}
    assert len({entry["id"] for entry in index(crawled / "finews")} - made) <= 2


@pytest.mark.parametrize("path", ["../../mine.md", "captures", "_posts/../../../mine.md"])
def test_no_line_of_an_index_has_anything_removed_but_posts(archive_root: Path, path: str) -> None:
    archive, mine = archive_root / "finews", archive_root.parent / "mine.md"
    mine.write_text("mine", "utf-8")
    if path == "captures":
        path = str(next((archive / "captures").iterdir()).relative_to(archive))
    before = (archive / path).read_bytes()
    lines = (archive / "index.jsonl").read_text("utf-8").splitlines()
    lines[0] = json.dumps(json.loads(lines[0]) | {"path": path})
    (archive / "index.jsonl").write_text("\n".join(lines) + "\n", "utf-8")
    (archive / "catalog.sqlite").unlink()  # else the index is written again from there
    done = run("rebuild", "finews", settings={"ARCHIVE_ROOT": str(archive_root)})
    assert done.returncode == 0, done.stderr
    assert "1 invalid line left out" in done.stderr
    assert (archive / path).read_bytes() == before
