"""What an export may take the place of: an earlier one of its kind that holds no more, or, with consent, any file."""

from __future__ import annotations

import gzip
import os
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.errors import CannotRun
from crawler.exporters.filters import Filter
from crawler.exporters.formats import FORMATS
from crawler.exporters.manifest import manifest_of
from tests.archives import a_post, index
from tests.replica.crawl import run

if TYPE_CHECKING:
    import subprocess

    from tests.exporters.conftest import Export

SOME = Filter(categories=frozenset({"emnews"}))
OTHER = Filter(categories=frozenset({"dongliribao"}))
NONE = Filter(query="no such words anywhere")


def all_bytes(place: Path) -> dict[str, bytes]:
    files = [place] if place.is_file() else [path for path in place.rglob("*") if path.is_file()]
    return {str(path.relative_to(place.parent)): path.read_bytes() for path in files}


def export(root: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    done = run("export", "finews", *arguments, settings={"ARCHIVE_ROOT": str(root)})
    assert "Traceback" not in done.stderr
    return done


def refused(root: Path, *arguments: str, code: int = 2) -> str:
    """The one line that says so."""
    done = export(root, *arguments)
    assert (done.returncode, done.stdout) == (code, ""), done
    (line,) = done.stderr.splitlines()
    return line


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_one_is_replaced_by_a_full_one_alone(crawled: Path, tmp_path: Path, make: Export, name: str) -> None:
    place = tmp_path / f"x{FORMATS[name].suffix}"
    make(crawled, name, place)
    before = all_bytes(place)
    for wanted in (SOME, NONE):
        with pytest.raises(CannotRun, match=r"some of them.*--overwrite"):
            make(crawled, name, place, wanted)
    if name in ("jsonl", "csv", "atom"):
        with pytest.raises(CannotRun, match=r"some of them.*--overwrite"):
            make(crawled, name, place, since_run="last")
    assert all_bytes(place) == before
    make(crawled, name, place)
    assert all_bytes(place) == before
    make(crawled, name, place, SOME, overwrite=True)
    assert all_bytes(place) != before
    make(crawled, name, place)
    assert all_bytes(place) == before
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("name", FORMATS)
def test_a_filtered_one_is_replaced_by_the_same_every_night(crawled: Path, tmp_path: Path, make: Export, name: str) -> None:
    place = tmp_path / (f"x{FORMATS[name].suffix}" if name != "csv" else "x.csv.gz")
    make(crawled, name, place, SOME)
    before = all_bytes(place)
    make(crawled, name, place, SOME)
    assert all_bytes(place) == before
    with pytest.raises(CannotRun, match="other choices of posts"):
        make(crawled, name, place, OTHER)
    if name in ("jsonl", "csv", "atom"):
        with pytest.raises(CannotRun, match="other choices of posts"):
            make(crawled, name, place, SOME, since_run="last")
    assert all_bytes(place) == before


def test_what_the_last_run_changed_replaces_itself_even_if_that_is_nothing(crawled: Path, tmp_path: Path, make: Export) -> None:
    for _ in range(2):
        make(crawled, "jsonl", tmp_path / "x.jsonl.gz", since_run="last")
    says = manifest_of(tmp_path / "x.jsonl.gz")
    assert says is not None
    assert says.filter == '{"since_run": "last"}'


def test_a_table_cannot_say_its_filter_so_consent_is_asked_for(crawled: Path, tmp_path: Path, make: Export) -> None:
    make(crawled, "csv", tmp_path / "x.csv", SOME)
    with pytest.raises(CannotRun, match=r"does not say which posts it holds.*--overwrite"):
        make(crawled, "csv", tmp_path / "x.csv", SOME)
    make(crawled, "csv", tmp_path / "x.csv", SOME, overwrite=True)
    make(crawled, "csv", tmp_path / "x.csv")


def test_one_of_another_format_or_site_is_none_of_its_kind(crawled: Path, tmp_path: Path, make: Export) -> None:
    places = {name: tmp_path / name for name in FORMATS}
    for name, place in places.items():
        make(crawled, name, place)
    for name, form in FORMATS.items():
        for other, place in places.items():
            if other != name:
                with pytest.raises(CannotRun, match=r"is not replaced|not a folder|not a file"):
                    make(crawled, name, place)
                if form.folder == FORMATS[other].folder:
                    copy = shutil.copytree if form.folder else shutil.copy
                    copy(place, tmp_path / "copy")
                    make(crawled, name, tmp_path / "copy", overwrite=True)
                    says = manifest_of(tmp_path / "copy")
                    assert says is not None
                    assert says.format == name
                    shutil.rmtree(tmp_path / "copy") if form.folder else (tmp_path / "copy").unlink()
    text = gzip.compress(b'{"id":"1","site":"another","sha256":"","raw":"","text":""}\n')
    (tmp_path / "another.gz").write_bytes(text)
    with pytest.raises(CannotRun, match="is not an export of finews as jsonl"):
        make(crawled, "jsonl", tmp_path / "another.gz")


@pytest.mark.parametrize("name", ["jsonl", "csv", "parquet", "sqlite", "atom", "jekyll"])
def test_a_failed_one_is_not_put_in_its_place(archive_root: Path, tmp_path: Path, name: str) -> None:
    place = tmp_path / f"x{FORMATS[name].suffix}"
    given = ["--format", name, "--output", str(place)]
    assert export(archive_root, *given).returncode == 0
    before, entry = all_bytes(place), a_post(archive_root)
    (archive_root / "finews" / entry["path"]).unlink()
    for more in ([], ["--since-run"]) if name in ("parquet", "sqlite") else ([],):
        done = export(archive_root, *given, *more)
        if not more:
            assert (done.returncode, done.stdout) == (1, "")
            lost, stays = done.stderr.splitlines()
            assert lost.startswith(f"not exported: {entry['path']}")
            assert stays.startswith(f"{place} stays as it was, for the new export lacks 1 post: mend them, see scrapy verify")
            assert "--overwrite" in stays
        assert all_bytes(place) == before or more
    done = export(archive_root, *given, "--overwrite")
    assert done.returncode == 1
    assert f"{place}: {len(index(archive_root / 'finews')) - 1} posts" in done.stdout
    assert all_bytes(place) != before


def test_an_update_that_lost_a_post_is_taken_back_and_made_up_for(archive_root: Path, tmp_path: Path, make: Export) -> None:
    """The post that changed would be out of the database for good: what it stands for had moved on."""
    import sqlite3
    from contextlib import closing

    entry = a_post(archive_root)
    path = archive_root / "finews" / entry["path"]
    content = path.read_bytes()
    for name in ("sqlite", "parquet"):
        make(archive_root, name, tmp_path / name)
    with closing(sqlite3.connect(archive_root / "finews" / "catalog.sqlite")) as db, db:  # as if a run had changed it
        db.execute("DELETE FROM changes WHERE id = ?", (entry["id"],))
        db.execute("INSERT INTO changes (id, first, digest) VALUES (?, 1, 'other')", (entry["id"],))
        db.execute("UPDATE meta SET value = (SELECT max(seq) FROM changes) WHERE name = 'synced_changes'")
    path.write_bytes(b"spoilt")
    before = {name: all_bytes(tmp_path / name) for name in ("sqlite", "parquet")}
    for name in ("sqlite", "parquet"):
        done = make(archive_root, name, tmp_path / name, since_run="last")
        assert "stays as it was" in done.kept_because
        assert all_bytes(tmp_path / name) == before[name]
    path.write_bytes(content)
    for name in ("sqlite", "parquet"):
        assert make(archive_root, name, tmp_path / name, since_run="last").kept_because == ""


def test_an_archive_that_lost_its_index_replaces_nothing(archive_root: Path, tmp_path: Path) -> None:
    given = ["--format", "jsonl", "--output", str(tmp_path / "x.jsonl.gz")]
    assert export(archive_root, *given).returncode == 0
    before = (tmp_path / "x.jsonl.gz").read_bytes()
    (archive_root / "finews" / "index.jsonl").write_bytes(b"")
    line = refused(archive_root, *given, code=1)
    assert "has no post at all" in line
    assert (tmp_path / "x.jsonl.gz").read_bytes() == before
    assert export(archive_root, *given, "--overwrite").returncode == 0
    assert gzip.decompress((tmp_path / "x.jsonl.gz").read_bytes()) == b""


@pytest.mark.parametrize("name", [*FORMATS, "wacz", "cdxj"])
def test_what_is_none_of_ours_stays(archive_root: Path, tmp_path: Path, name: str) -> None:
    archive = archive_root / "finews"
    warc = next((archive / "captures").glob("*.warc.gz"))
    for path in (warc, archive / "index.jsonl"):
        shutil.copy(path, tmp_path)
    (tmp_path / "README.md").write_text("# Read me\n")
    (tmp_path / "link").symlink_to("README.md")
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "letter").write_text("dear")
    theirs = ["README.md", "link", "pipe", "folder", warc.name, "index.jsonl"]
    before, inside = all_bytes_of(tmp_path, theirs), all_bytes(archive)
    for place in (*(tmp_path / name for name in theirs), Path("/dev/null"), Path("/dev/full"), archive, tmp_path / "no" / "x"):
        assert str(place) in refused(archive_root, "--format", name, "--output", str(place)) or place.name == "x"
    never = ["link", "pipe", "folder", "no/x", *(str(path) for path in (warc, archive / "index.jsonl", archive / "new"))]
    for place in never:
        assert refused(archive_root, "--format", name, "--output", str(tmp_path / place), "--overwrite")
    assert all_bytes_of(tmp_path, theirs) == before
    kept = {path: data for path, data in all_bytes(archive).items() if "readings" not in path and "sqlite-" not in path}
    assert {path: inside[path] for path in kept} == kept
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted([*theirs, "root"])


def all_bytes_of(folder: Path, names: list[str]) -> list[bytes]:
    files = [folder / name for name in names if (folder / name).is_file()]
    return [path.read_bytes() for path in (*files, folder / "folder" / "letter")]


def test_with_consent_a_file_is_replaced(crawled: Path, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    assert "give --overwrite" in refused(crawled, "--format", "wacz", "--output", str(tmp_path / "notes.txt"))
    done = export(crawled, "--format", "wacz", "--output", str(tmp_path / "notes.txt"), "--overwrite")
    assert done.returncode == 0, done
    assert (tmp_path / "notes.txt").read_bytes().startswith(b"PK")
    done = export(crawled, "--format", "wacz", "--output", str(tmp_path / "notes.txt"))
    assert done.returncode == 0, done


def test_what_datasette_is_told_is_not_written_over_a_file_of_somebody_else(crawled: Path, tmp_path: Path) -> None:
    given = ["--format", "sqlite", "--output", str(tmp_path / "x.db")]
    (tmp_path / "x.metadata.json").write_text('{"mine": true}')
    assert "x.metadata.json is not" in refused(crawled, *given)
    assert (tmp_path / "x.metadata.json").read_text() == '{"mine": true}'
    assert not (tmp_path / "x.db").exists()
    for more in (["--overwrite"], []):
        assert export(crawled, *given, *more).returncode == 0
