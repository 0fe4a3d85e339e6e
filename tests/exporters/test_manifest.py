"""What an export says of itself, and what is taken for one."""

from __future__ import annotations

import gzip
import io
import json
import shutil
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.errors import CannotRun
from crawler.exporters import gzip_file
from crawler.exporters.filters import Filter
from crawler.exporters.formats import FORMATS
from crawler.exporters.gzip_file import GzipWriter
from crawler.exporters.manifest import ALL_POSTS, Manifest, attach_manifest, filter_key, manifest_of
from crawler.exporters.output import MANIFEST
from crawler.exporters.posts import ExportRequest
from crawler.exporters.replay import export_captures
from crawler.exporters.sqlite import end_transactions
from crawler.sites.declared import load
from tests.archives import index

if TYPE_CHECKING:
    from pathlib import Path

    from tests.exporters.conftest import Export

LABELS = st.builds(
    Manifest, st.sampled_from(sorted(FORMATS)), st.none() | st.text(), st.none() | st.text(), st.none() | st.integers(0, 9)
)
SOME = Filter(categories=frozenset({"emnews"}))


@given(LABELS)
def test_what_it_says_is_read_again(label: Manifest) -> None:
    assert Manifest.read(json.loads(json.dumps(label.about()))) == label


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=3), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_anything_else_says_nothing(about: object) -> None:
    assert Manifest.read(about) is None


@given(st.lists(st.binary(max_size=3000), max_size=8), st.dictionaries(st.text(max_size=5), st.text(max_size=40), max_size=4))
def test_a_packed_file_is_gzip_whatever_it_says(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes], about: dict[str, str]
) -> None:
    path = tmp_path_factory.mktemp("packed") / "x.gz"
    with path.open("wb") as file, GzipWriter(file) as out:
        for part in parts:
            out.write(part)
    assert gzip.decompress(path.read_bytes()) == b"".join(parts)
    assert gzip_file.read_note(path) is None
    assert gzip_file.write_note(path, about) == (len(json.dumps(about)) <= 240)
    assert gzip_file.read_note(path) == (about if len(json.dumps(about)) <= 240 else None)
    assert gzip.decompress(path.read_bytes()) == b"".join(parts)


@given(st.binary(max_size=100))
def test_no_other_file_can_be_made_to_say_something(tmp_path_factory: pytest.TempPathFactory, data: bytes) -> None:
    path = tmp_path_factory.mktemp("packed") / "x.gz"
    for content in (data, gzip.compress(data), data[:1] + gzip_file.MAGIC):
        path.write_bytes(content)
        assert not gzip_file.write_note(path, {})
        assert path.read_bytes() == content


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("wanted", [Filter(), SOME], ids=["all", "some"])
def test_every_format_says_which_posts_it_holds_or_that_it_cannot(
    crawled: Path, tmp_path: Path, make: Export, name: str, wanted: Filter
) -> None:
    place = tmp_path / f"x{FORMATS[name].suffix}"
    number = make(crawled, name, place, wanted).number
    says = manifest_of(place)
    assert says is not None
    assert (says.format, says.site) == (name, "finews")
    if name == "csv":
        assert (says.filter, says.posts) == (None, None)
        make(crawled, name, tmp_path / "x.csv.gz", wanted)
        says = manifest_of(tmp_path / "x.csv.gz")
        assert says is not None
    assert (says.filter, says.posts) == (wanted.as_json(), number)
    assert (says.filter == ALL_POSTS) == (wanted == Filter())
    assert 0 < number <= len(index(crawled / "finews"))


def test_what_is_not_packed_is_known_by_what_it_holds(crawled: Path, tmp_path: Path, make: Export) -> None:
    make(crawled, "jsonl", tmp_path / "x.jsonl")
    assert manifest_of(tmp_path / "x.jsonl") == Manifest("jsonl", "finews")
    make(crawled, "jsonl", tmp_path / "x.jsonl.gz")
    with gzip.open(tmp_path / "old.gz", "wb") as old:  # as an earlier version wrote it
        old.write((tmp_path / "x.jsonl").read_bytes())
    assert manifest_of(tmp_path / "old.gz") == Manifest("jsonl", "finews")


def test_a_filter_too_long_for_a_header_is_still_told_from_another(crawled: Path, tmp_path: Path, make: Export) -> None:
    one, other = (Filter(categories=frozenset({"emnews", end * 900})) for end in "ab")
    make(crawled, "jsonl", tmp_path / "x.jsonl.gz", one)
    says = manifest_of(tmp_path / "x.jsonl.gz")
    assert says is not None
    wanted = [
        ExportRequest(load("finews"), crawled / "finews", "jsonl", tmp_path / "y", each).manifest().filter
        for each in (one, other)
    ]
    assert says.filter == wanted[0] != wanted[1]


@given(st.text(max_size=300), st.text(max_size=300))
def test_no_two_filters_are_kept_alike(one: str, other: str) -> None:
    assert (filter_key(one * 9) == filter_key(other * 9)) == (one == other)


def test_captures_say_whose_they_are(crawled: Path, tmp_path: Path) -> None:
    for name in ("wacz", "cdxj"):
        export_captures(crawled / "finews", load("finews"), name, tmp_path / name)
        assert manifest_of(tmp_path / name) == Manifest(name, "finews", ALL_POSTS)
    text = (tmp_path / "cdxj").read_bytes()
    (tmp_path / "cdxj").write_bytes(text.replace(b'"filename": "finews-', b'"filename": "another-'))
    with pytest.raises(CannotRun, match="is not an export of finews as cdxj"):
        export_captures(crawled / "finews", load("finews"), "cdxj", tmp_path / "cdxj")
    (tmp_path / "cdxj").write_bytes(text.replace(b'"filename": "finews-', b'"filename": "somebody else\'s-'))
    assert manifest_of(tmp_path / "cdxj") is None


def strangers(folder: Path, archive: Path) -> None:
    """Files and folders that look a little like exports."""
    shutil.copy(archive / "index.jsonl", folder)
    shutil.copy(next((archive / "captures").glob("*.warc.gz")), folder)
    shutil.copy(archive / "catalog.sqlite", folder)
    shutil.copy(next((archive / "runs").glob("*.json")), folder)
    texts = {
        "empty": "",
        "README.md": "# Read me\n",
        "table.csv": "id,name\n1,x\n",
        "objects.jsonl": '{"id": "1", "site": "finews"}\n',
        "torn.jsonl": '{"id":"1","site":"finews","sha256":"',
        "other.atom": '<feed xmlns="http://www.w3.org/2005/Atom"><generator>Jekyll</generator></feed>',
        "page.html": "<p>Backfile</p>",
        "not.gz": "\x1f\x8b\x08 not packed",
        "not.zip": "PK\x03\x04 not a zip",
        "not.db": "SQLite format 3\0 not a database",
        "long": "x" * 10_000_000,
    }
    for name, text in texts.items():
        (folder / name).write_text(text, "latin-1")
    with closing(sqlite3.connect(folder / "theirs.db")) as db:
        db.executescript("CREATE TABLE about (name, value); INSERT INTO about VALUES ('site', 'x'), ('filter', '{}')")
    for name, mark in (("folder", None), ("marked", ""), ("listed", "[]"), ("object", "{}")):
        (folder / name).mkdir()
        if mark is not None:
            (folder / name / MANIFEST).write_text(mark)


def test_nothing_else_is_taken_for_an_export(crawled: Path, tmp_path: Path) -> None:
    strangers(tmp_path, crawled / "finews")
    found = list(tmp_path.iterdir())
    assert len(found) == 20
    assert {path.name: manifest_of(path) for path in found} == dict.fromkeys((path.name for path in found), None)


def test_an_export_that_lost_posts_is_not_brought_up_to_date(crawled: Path, tmp_path: Path, make: Export) -> None:
    from crawler.exporters.checkpoint import Checkpoint, checkpoint_of
    from crawler.exporters.sqlite import VERSION

    newest = stand_of_new(crawled, tmp_path, make)
    for name in ("sqlite", "parquet"):
        place = tmp_path / name
        checkpoint = checkpoint_of(place, VERSION)
        assert checkpoint is not None
        assert checkpoint.precedes(newest)
        attach_manifest(place, Manifest(name, "finews", ALL_POSTS, 3), whole=False)
        checkpoint = checkpoint_of(place, VERSION)
        assert isinstance(checkpoint, Checkpoint)
        assert not checkpoint.precedes(newest)


def stand_of_new(crawled: Path, folder: Path, make: Export) -> object:
    from crawler.exporters.checkpoint import checkpoint_of
    from crawler.exporters.sqlite import VERSION

    for name in ("sqlite", "parquet"):
        make(crawled, name, folder / name)
    return checkpoint_of(folder / "sqlite", VERSION)


def test_what_lies_beside_a_database_never_gets_into_the_next(tmp_path: Path) -> None:
    """A journal that a killed process left would be played back into whatever takes the database's place."""
    place = tmp_path / "x.db"
    with closing(sqlite3.connect(place)) as db:
        db.executescript("PRAGMA journal_mode = WAL; CREATE TABLE t (x); INSERT INTO t VALUES (1)")
        for end in ("", "-wal", "-shm"):
            shutil.copy(tmp_path / f"x.db{end}", tmp_path / f"killed.db{end}")
    killed = tmp_path / "killed.db"
    end_transactions(killed)
    assert sorted(path.name for path in tmp_path.glob("killed*")) == ["killed.db"]
    with closing(sqlite3.connect(killed)) as db:
        assert db.execute("SELECT x FROM t").fetchall() == [(1,)]
    for name in ("killed.db", "killed.db-journal"):
        (tmp_path / name).write_bytes(b"no database at all, but long enough to be looked at as one" * 20)
    end_transactions(killed)
    assert sorted(path.name for path in tmp_path.glob("killed*")) == ["killed.db"]


def test_a_failing_writer_leaves_no_warning(tmp_path: Path) -> None:
    class Full(io.BytesIO):
        def write(self, data: object) -> int:
            raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        GzipWriter(Full())
