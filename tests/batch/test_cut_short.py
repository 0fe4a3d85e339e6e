"""A rebuild that is killed costs nothing: readers see the archive as it was, and the same command goes on."""

from __future__ import annotations

import json
import resource
import signal
import sqlite3
import subprocess
import time
from contextlib import closing, contextmanager
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Any

import pytest

from crawler.archive.archive import Archive
from crawler.archive.paths import STAGE
from crawler.archive.publish import publish_tree
from tests.archives import a_post
from tests.batch.conftest import tables, tree
from tests.crash.steps import die
from tests.replica.crawl import PROJECT, run, run_armed, scrapy

if TYPE_CHECKING:
    from collections.abc import Iterator


def command(root: Path, *more: str) -> list[str]:
    return scrapy("rebuild", "finews", *more, settings={"ARCHIVE_ROOT": str(root)})


def defaced(archive: Path) -> dict[str, bytes]:
    """The archive's tree as it ought to be, after most of it was spoilt."""
    right = tree(archive)
    for number, path in enumerate(sorted(archive.glob("_posts/**/*.md"))):
        if number % 3:
            path.write_bytes(b"defaced")
    return right


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_killed_at_random_again_and_again(archive_root: Path, jobs: str) -> None:
    archive = archive_root / "finews"
    rows, right = tables(archive), defaced(archive)
    spoilt = tree(archive)
    rng = Random(int(jobs))
    for _ in range(6):
        process = subprocess.Popen(
            command(archive_root, "--jobs", jobs), cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        time.sleep(rng.uniform(0.5, 1.4))
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert tree(archive)["index.jsonl"] == spoilt["index.jsonl"]
    assert run("rebuild", "finews", "--jobs", jobs, settings={"ARCHIVE_ROOT": str(archive_root)}).returncode == 0
    assert tree(archive) == right
    assert tables(archive) == rows
    assert not (archive / STAGE).exists()


def die_when_a_chunk_is_done() -> None:
    """Have this process die when it has noted the first chunk as done."""
    from crawler.batch import chunk

    whole = chunk.new_database

    @contextmanager
    def dying(*how: Any) -> Iterator[Any]:
        with whole(*how) as db:
            yield db
        die()

    chunk.new_database = dying


def test_what_is_done_is_not_done_again(archive_root: Path) -> None:
    archive, settings = archive_root / "finews", {"ARCHIVE_ROOT": str(archive_root)}
    defaced(archive)
    arm = ("tests.batch.test_cut_short:die_when_a_chunk_is_done",)
    assert run_armed(arm, "rebuild", "finews", "--jobs", "1", settings=settings).returncode == -signal.SIGKILL
    assert not (archive / STAGE / "committed").exists()
    chunk, *_ = archive.glob(f"{STAGE}/done/*.sqlite")
    with closing(sqlite3.connect(chunk)) as db:
        noted = [archive / STAGE / "tree" / json.loads(line)["path"] for (line,) in db.execute("SELECT line FROM posts")]
    # What the first run has noted as made is taken as it is: a chunk that was made again would mend the file.
    made = next(path for path in noted if path.exists())
    made.write_bytes(b"noted as made")
    done = run("rebuild", "finews", "--jobs", "1", settings=settings)
    assert done.returncode == 0, done.stderr
    assert (archive / made.relative_to(archive / STAGE / "tree")).read_bytes() == b"noted as made"


class Killed(BaseException):
    """Nobody catches it."""


@pytest.mark.parametrize("after", [0, 1, 5, 20])
def test_cut_short_while_the_new_tree_takes_its_place(
    archive_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    archive = archive_root / "finews"
    rows, right = tables(archive), defaced(archive)
    assert (
        run("rebuild", "finews", "--output", str(tmp_path / "new"), settings={"ARCHIVE_ROOT": str(archive_root)}).returncode
        == 0
    )
    stage = archive / STAGE
    stage.mkdir()
    (tmp_path / "new").rename(stage / "tree")
    (stage / "remove.txt").write_text("", "utf-8")
    moved = 0
    replace = Path.replace

    def move(self: Path, target: Path) -> Path:
        nonlocal moved
        if moved == after:
            raise Killed
        moved += 1
        return replace(self, target)

    monkeypatch.setattr(Path, "replace", move)
    with pytest.raises(Killed):
        publish_tree(stage, archive)
    monkeypatch.undo()
    opened = Archive(archive, "finews")
    assert opened.recover(str) == ["a rebuild that was cut short was put in its place"]
    opened.close()
    assert tree(archive) == right
    assert tables(archive) == rows
    assert not stage.exists()


def test_a_worker_that_is_killed_is_named_and_the_next_rebuild_goes_on(archive_root: Path) -> None:
    archive = archive_root / "finews"
    right = defaced(archive)
    process = subprocess.Popen(
        command(archive_root, "--jobs", "2"), cwd=PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    while process.poll() is None:
        workers = children.read_text().split()
        if workers:
            subprocess.run(["kill", "-9", workers[0]], check=False)
            break
        time.sleep(0.002)
    out, err = process.communicate()
    assert process.returncode == 2, out + err
    assert "one of the processes was killed" in err
    assert "Traceback" not in out + err
    assert run("rebuild", "finews", settings={"ARCHIVE_ROOT": str(archive_root)}).returncode == 0
    assert tree(archive) == right


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_disk_that_takes_no_more_is_one_line(archive_root: Path, jobs: str) -> None:
    """The system's own limit for the size of a file, so small that the catalog does not fit."""
    archive = archive_root / "finews"
    right = defaced(archive)
    spoilt = tree(archive)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, 60_000))

    done = subprocess.run(
        command(archive_root, "--jobs", jobs), cwd=PROJECT, capture_output=True, text=True, check=False, preexec_fn=limit
    )
    assert done.returncode == 2, done.stdout + done.stderr
    assert "captures are as they were, and the same command goes on" in done.stderr
    assert done.stderr.count("\n") == 1
    assert "Traceback" not in done.stderr
    assert tree(archive) == spoilt
    assert run("rebuild", "finews", settings={"ARCHIVE_ROOT": str(archive_root)}).returncode == 0
    assert tree(archive) == right


def test_a_post_that_is_neither_in_the_index_nor_on_disk_comes_back(archive_root: Path) -> None:
    archive = archive_root / "finews"
    right = tree(archive)
    gone = a_post(archive_root)
    (archive / gone["path"]).unlink()
    lines = [line for line in right["index.jsonl"].splitlines(keepends=True) if gone["id"].encode() not in line]
    assert len(lines) == len(right["index.jsonl"].splitlines()) - 1
    (archive / "index.jsonl").write_bytes(b"".join(lines))
    assert run("rebuild", "finews", settings={"ARCHIVE_ROOT": str(archive_root)}).returncode == 0
    assert tree(archive) == right
