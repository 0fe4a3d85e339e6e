"""Workers that share no folder: each has an archive of its own, and copies its captures to one place."""

from __future__ import annotations

import os
import shutil
import subprocess
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from tests.archives import index
from tests.cluster.test_workers import verified
from tests.cluster.workers import FEW, Crew
from tests.crash.ground import content
from tests.exporters.test_places import mount
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path


def rebuilt(folder: Path, captures: Path) -> Path:
    done = run("rebuild", "finews", "--from", str(captures), "--output", str(folder), settings={"ARCHIVE_ROOT": str(folder)})
    assert done.returncode == 0, done.stderr
    return folder


def test_machines_without_a_common_folder(crew: Crew, alone: dict[str, Any], tmp_path: Path) -> None:
    place = tmp_path / "place"
    other = Crew(tmp_path / "other", crew.server, crew.redis)
    crew.start("a", WORKER_CAPTURES=place.as_uri(), CONCURRENT_REQUESTS=FEW)
    other.start("b", WORKER_CAPTURES=place.as_uri(), CONCURRENT_REQUESTS=FEW)
    crew.until_asked(40)
    crew.until_taken("a", "b")
    assert (crew.end(), other.end()) == ({"a": 0}, {"b": 0}), crew.said() + other.said()
    assert sorted(path.name for path in place.iterdir()) == ["a", "b"]
    made = rebuilt(tmp_path / "all", place)
    posts = {entry["id"] for entry in index(made)}
    assert posts == set(alone) - {"files", "strays"}


def test_a_machine_is_lost_with_its_disk(crew: Crew, alone: dict[str, Any], tmp_path: Path) -> None:
    """What it had not copied yet is captured by another one."""
    place = tmp_path / "place"
    other = Crew(tmp_path / "other", crew.server, crew.redis)
    crew.start("a", WORKER_CAPTURES=str(place))
    other.start("b", WORKER_CAPTURES=str(place))
    crew.until_asked(60)
    crew.kill("a")
    shutil.rmtree(crew.root)
    assert other.end() == {"b": 0}, other.said()
    made = rebuilt(tmp_path / "all" / "finews", place)
    (made / "captures").mkdir()
    for path in place.glob("*/*.warc.gz"):
        shutil.copy2(path, made / "captures")
    assert verified(tmp_path / "all")
    assert {entry["id"] for entry in index(made)} == set(alone) - {"files", "strays"}
    assert content(made)["files"].keys() == alone["files"].keys()


def test_an_address_that_cannot_be_written(crew: Crew) -> None:
    settings = {"CLUSTER": crew.redis.url, "ARCHIVE_ROOT": str(crew.root), "WORKER_CAPTURES": "nosuch://x"}
    done = run("crawl", "finews", settings=settings)
    assert done.returncode == 2
    assert done.stderr.startswith("WORKER_CAPTURES=nosuch://x cannot be written: ")
    assert done.stderr.count("\n") == 1


def filled(disk: Path) -> None:
    """Leave one page of a disk free, whatever others write to it just then."""
    filler = disk / "filler"
    with suppress(OSError), filler.open("wb", buffering=0) as file:
        while file.write(bytes(4096)):
            pass
    os.truncate(filler, max(0, filler.stat().st_size - 4096))


def test_a_disk_that_gets_full(crew: Crew, alone: dict[str, Any], tmp_path: Path) -> None:
    """What one worker has no room for, the other one captures."""
    small = tmp_path / "small"
    small.mkdir()
    mount("-t", "tmpfs", "-o", "size=500k", "tmpfs", str(small))
    try:
        other = Crew(small / "root", crew.server, crew.redis)
        other.start("b", CONCURRENT_REQUESTS=FEW)
        crew.start("a", CONCURRENT_REQUESTS=FEW)
        crew.until_asked(60)
        crew.until_taken("b")
        filled(small)
        ended = other.end()
        (small / "filler").unlink()
        assert ended == {"b": 1}, other.said()
        assert "could not be captured" in other.said()
        assert "Traceback" not in other.said(), other.said()
        assert crew.end() == {"a": 0}, crew.said()
        both = [*(crew.archive / "captures").iterdir(), *(other.archive.rglob("*.warc.gz"))]
        for path in both:
            shutil.copy2(path, tmp_path / path.name)
        made = tmp_path / "all"
        words = [word for path in both for word in ("--from", str(tmp_path / path.name))]
        done = run("rebuild", "finews", *words, "--output", str(made), settings={"ARCHIVE_ROOT": str(made)})
        assert done.returncode in (0, 1), done.stderr
        assert {entry["id"] for entry in index(made)} == set(alone) - {"files", "strays"}
    finally:
        subprocess.run(["umount", "--lazy", str(small)], check=True)
