"""A forgotten post is in no export that lies in its usual place, and the rest of each is as a new export has it."""

from __future__ import annotations

import gzip
import hashlib
import shutil
import sqlite3
import zipfile
import zlib
from contextlib import closing, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from crawler.archive.lines import json_line
from crawler.exporters.filters import Filter
from crawler.exporters.formats import FORMATS
from crawler.exporters.output import MANIFEST
from crawler.exporters.parquet import digest_of
from crawler.exporters.removal import remove_posts
from crawler.sites.declared import load
from tests.archives import a_post, index, words_of
from tests.exporters.test_sqlite import content
from tests.replica.crawl import run

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.exporters.conftest import Export

SITE = load("finews")


def beside(root: Path) -> dict[str, Path]:
    """Where exports lie if no place is named."""
    return {name: root / f"finews{form.suffix}" for name, form in FORMATS.items()}


def bytes_of(place: Path) -> dict[str, bytes]:
    files = (
        [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file() and path.name != MANIFEST)
    )
    return {str(path.relative_to(place.parent)): path.read_bytes() for path in files}


def everything(place: Path) -> bytes:
    """All that an export holds, every packing undone."""
    found = []
    for name, data in bytes_of(place).items():
        if name.endswith(".gz"):
            found.append(gzip.decompress(data))
        elif name.endswith(".parquet"):
            found.append(repr(pd.read_parquet(place.parent / name).to_dict("records")).encode())
        elif name.endswith("README.md"):
            found.append(data.replace(digest_of(place).encode(), b"that of the files"))
        elif name.endswith(".wacz"):
            with zipfile.ZipFile(place) as packed:
                for member in packed.namelist():
                    inner = packed.read(member)
                    while inner[:2] == b"\x1f\x8b":
                        unpacked = zlib.decompressobj(31)
                        found.append(unpacked.decompress(inner))
                        inner = unpacked.unused_data
                    found.append(inner)
        else:
            found.append(data)
    return b"\n".join(found)


@pytest.fixture(scope="module")
def exported(crawled: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive with every export beside it."""
    root = tmp_path_factory.mktemp("all") / "root"
    shutil.copytree(crawled, root, copy_function=shutil.copy2)
    for name in (*FORMATS, "wacz", "cdxj"):
        done = run("export", "finews", "--format", name, settings={"ARCHIVE_ROOT": str(root)})
        assert done.returncode == 0, done.stdout + done.stderr
    return root


@pytest.fixture
def root(exported: Path, tmp_path: Path) -> Path:
    shutil.copytree(exported, tmp_path / "root", copy_function=shutil.copy2)
    return tmp_path / "root"


def test_a_post_is_in_no_byte_of_any_export(root: Path, tmp_path: Path, make: Export) -> None:
    entry = a_post(root)
    words = words_of(root / "finews", entry)
    places = [*beside(root).values(), root / "finews.wacz"]
    assert all(words[0] in everything(place) or words[1] in everything(place) for place in places)
    done = run("forget", "finews", entry["id"], "--reason", "x", "--listings", settings={"ARCHIVE_ROOT": str(root)})
    assert done.returncode == 0, done.stdout + done.stderr
    for place in places:
        assert f"{place}: 1 taken out" in done.stdout or "wacz" in place.name
        assert [word for word in words if word in everything(place)] == [], place
    (tmp_path / "new").mkdir()
    for name, place in beside(root).items():
        make(root, name, tmp_path / "new" / place.name)
        if name == "sqlite":
            assert content(place) == content(tmp_path / "new" / place.name)
        elif name in ("parquet", "hf"):  # the same rows; pyarrow cuts pages as they come
            assert everything(place) == everything(tmp_path / "new" / place.name)
        else:
            assert bytes_of(place) == bytes_of(tmp_path / "new" / place.name)


def with_one_story(root: Path) -> list[str]:
    """Give three posts the same text, which is like that of no other post; gives their IDs in the index's order."""
    archive, entries = root / "finews", index(root / "finews")
    told = [entry for entry in entries if entry["body_from"] == "share" and not entry["notes"]][:3]
    body = f"\n<p>{''.join(map(chr, range(0x5000, 0x5100)))}</p>\n"
    for entry in told:
        head = (archive / entry["path"]).read_text("utf-8").split("---\n", 2)[1]
        content = f"---\n{head}---\n{body}".encode()
        (archive / entry["path"]).write_bytes(content)
        entry["sha256"] = hashlib.sha256(content).hexdigest()
    write(archive, entries)
    return [entry["id"] for entry in told]


def write(archive: Path, entries: list[dict[str, Any]]) -> None:
    (archive / "index.jsonl").write_bytes(b"".join(map(json_line, entries)))


def test_others_do_not_name_it_as_the_first_of_their_story(archive_root: Path, tmp_path: Path, make: Export) -> None:
    """The next post that told the story is its first then, as in a new export."""
    first, second, third = with_one_story(archive_root)
    names = ("jsonl", "csv", "parquet", "hf", "sqlite")
    for name in names:
        make(archive_root, name, beside(archive_root)[name])
    taken = {path: said for path, said, _ in remove_posts(archive_root / "finews", {first}, SITE)}
    assert taken == {beside(archive_root)[name]: "1 taken out" for name in names}
    write(archive_root / "finews", [entry for entry in index(archive_root / "finews") if entry["id"] != first])
    (tmp_path / "new").mkdir()
    for name in names:
        place = beside(archive_root)[name]
        new = tmp_path / "new" / place.name
        make(archive_root, name, new)
        if name == "sqlite":
            assert content(place) == content(new)
            with closing(sqlite3.connect(place)) as db:
                groups = db.execute('SELECT id FROM posts WHERE "group" = ?', (second,)).fetchall()
            assert groups == [(second,), (third,)]
        else:
            assert everything(place) == everything(new)


def test_sqlite_keeps_no_word_in_pages_that_are_free(root: Path) -> None:
    """Not even in the index of words, or in pages that nothing uses."""
    entry, place = a_post(root), root / "finews.db"
    with closing(sqlite3.connect(place)) as db:
        text = db.execute("SELECT text FROM posts WHERE id = ?", (entry["id"],)).fetchone()[0]
        others = "".join(
            row[0]
            for row in db.execute("SELECT title || text || markdown || body || raw FROM posts WHERE id != ?", (entry["id"],))
        )
    runs = [text[at : at + 8] for at in range(len(text) - 8) if text[at : at + 8] not in others]
    data = place.read_bytes()
    assert any(words.encode() in data for words in runs)
    assert take_out_one(root, entry["id"]) == {place: "1 taken out"}
    data = place.read_bytes()
    assert [words for words in runs if words.encode() in data] == []
    with closing(sqlite3.connect(place)) as db:
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert db.execute("INSERT INTO posts_fts (posts_fts) VALUES ('integrity-check')").fetchall() == []


def take_out_one(root: Path, post_id: str) -> dict[Path, str]:
    """Out of the database alone."""
    for path in root.iterdir():
        if path.name not in ("finews", "finews.db"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    return {path: said for path, said, _ in remove_posts(root / "finews", {post_id}, SITE)}


def test_a_month_of_which_nothing_is_left_goes(root: Path) -> None:
    ids = {entry["id"] for entry in index(root / "finews")}
    for path in root.iterdir():
        if path.name not in ("finews", "finews.parquet", "finews.dataset"):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    told = {path.name: said for path, said, _ in remove_posts(root / "finews", ids, SITE)}
    assert told == {name: f"{len(ids)} taken out" for name in ("finews.parquet", "finews.dataset")}
    assert list(root.glob("finews.*/**/*.parquet")) == []
    assert [path.name for path in (root / "finews.parquet").iterdir()] == [MANIFEST]
    assert "\n0 source posts of" in (root / "finews.dataset" / "README.md").read_text("utf-8")


def test_what_has_none_of_them_stays_as_it_is(root: Path) -> None:
    before = {name: bytes_of(place) for name, place in beside(root).items()}
    times = {path: path.stat().st_mtime_ns for place in beside(root).values() for path in (place, *place.rglob("*"))}
    (root / "finews.wacz").unlink()
    (root / "finews.cdxj").unlink()
    assert {said for _, said, _ in remove_posts(root / "finews", {"NW190001010000000000"}, SITE)} == {"0 taken out"}
    assert {name: bytes_of(place) for name, place in beside(root).items()} == before
    assert {path: path.stat().st_mtime_ns for path in times if path.suffix != ".db"} == {
        path: time for path, time in times.items() if path.suffix != ".db"
    }


def test_an_export_that_cannot_be_read_is_named(root: Path) -> None:
    entry = a_post(root)
    (root / "finews.db").write_text("no database")
    (root / "finews.jsonl.gz").write_text("not packed")
    done = run("forget", "finews", entry["id"], "--reason", "x", settings={"ARCHIVE_ROOT": str(root)})
    assert done.returncode == 1
    for name in ("finews.db", "finews.jsonl.gz"):
        assert f"{root / name}: may still hold what was forgotten: " in done.stdout
    assert f"{root / 'finews.csv'}: 1 taken out" in done.stdout
    (root / "finews.db").unlink()
    (root / "finews.jsonl.gz").unlink()
    done = run("forget", "finews", entry["id"], "--reason", "x", settings={"ARCHIVE_ROOT": str(root)})
    assert done.returncode == 0, done.stdout


def test_an_export_with_a_filter_keeps_to_it(root: Path, tmp_path: Path, make: Export) -> None:
    wanted, place = Filter(categories=frozenset({"emnews"})), root / "finews.csv"
    make(root, "csv", place, wanted, overwrite=True)
    entry = next(entry for entry in index(root / "finews") if "emnews" in entry["categories"] and entry["body_from"] == "share")
    done = run("forget", "finews", entry["id"], "--reason", "x", settings={"ARCHIVE_ROOT": str(root)})
    assert f"{place}: 1 taken out" in done.stdout
    make(root, "csv", tmp_path / "new.csv", wanted)
    assert place.read_bytes() == (tmp_path / "new.csv").read_bytes()


class Stopped(BaseException):
    """As kill -9 ends it, as far as the files go."""


@pytest.mark.parametrize("step", [0, 1, 2, 3, 5, 8, 13, 40])
@pytest.mark.parametrize("name", ["jekyll", "hugo"])
def test_what_was_cut_short_is_done_whole_the_next_time(
    crawled: Path, tmp_path: Path, name: str, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    target, undisturbed = tmp_path / "one", tmp_path / "other"
    done = run("export", "finews", "--format", name, "--output", str(target), settings={"ARCHIVE_ROOT": str(crawled)})
    assert done.returncode == 0, done.stderr
    shutil.copytree(target, undisturbed)
    ids = {entry["id"] for entry in index(crawled / "finews")[::3]}
    expected = FORMATS[name].remove(undisturbed, ids, SITE)
    left = step

    def stopping(function: Callable[..., object]) -> Callable[..., object]:
        def called(*given: object, **more: object) -> object:
            nonlocal left
            if left == 0:
                raise Stopped
            left -= 1
            return function(*given, **more)

        return called

    with monkeypatch.context() as patched:
        for method in ("unlink", "write_text", "replace", "mkdir"):
            patched.setattr(Path, method, stopping(getattr(Path, method)))
        patched.setattr("shutil.rmtree", stopping(shutil.rmtree))
        with suppress(Stopped):
            FORMATS[name].remove(target, ids, SITE)
    assert FORMATS[name].remove(target, ids, SITE) <= expected
    assert _files(target) == _files(undisturbed)


def _files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
