"""A disk that takes nothing more in the middle of a run: the site is asked for nothing more, and the next run goes on."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import struct
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

from tests.conftest import missing
from tests.exporters.test_places import mount
from tests.replica.crawl import scrapy, settings_for
from tests.spiders.stranger import Crawled, Stranger, text

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.replica.server import ReplicaServer

#: The parts of an archive, and what the run says of the one that has no room.
PARTS = {"captures": "could not be captured: ", "_posts": "could not be written: "}
_ONE_BY_ONE = {"CONCURRENT_REQUESTS": "1", "CONCURRENT_REQUESTS_PER_DOMAIN": "1"}
#: Asks ext4 to take nothing more, as after an error of the disk.
_SHUTDOWN = 0x8004587D
_POSTS, _NEW = 8, 40


@contextmanager
def no_room_for(archive: Path, part: str) -> Iterator[None]:
    """Put an archive onto a disk of which nothing is free; only the parts other than this one have room elsewhere."""
    away = [archive / name for name in ("captures", "catalog.sqlite", "runs") if name != part]
    elsewhere = archive.parent.parent / "elsewhere"
    elsewhere.mkdir()
    shutil.copytree(archive, elsewhere / "archive", copy_function=shutil.copy2)
    shutil.rmtree(archive)
    archive.mkdir()
    mount("-t", "tmpfs", "-o", "size=20m", "tmpfs", str(archive))
    try:
        shutil.copytree(elsewhere / "archive", archive, dirs_exist_ok=True, copy_function=shutil.copy2)
        for one in away:
            shutil.move(one, elsewhere / one.name)
            one.symlink_to(elsewhere / one.name)
        (archive / ".lock").write_text("x" * 80)  # the system has a block for it
        (archive / "filler").write_bytes(bytes(shutil.disk_usage(archive).free))
        yield
        (archive / "filler").unlink()
        for one in away:
            one.unlink()
            shutil.move(elsewhere / one.name, one)
        shutil.rmtree(elsewhere)
        shutil.copytree(archive, elsewhere, copy_function=shutil.copy2)
    finally:
        subprocess.run(["umount", "--lazy", str(archive)], check=True)
    shutil.copytree(elsewhere, archive, dirs_exist_ok=True, copy_function=shutil.copy2)


@pytest.fixture
def site() -> Iterator[Stranger]:
    with Stranger(_POSTS) as served:
        yield served


def publish(site: Stranger, number: int) -> None:
    site.posts |= {one: text(one) for one in range(_POSTS, number)}
    site.build()


def is_whole(done: Crawled, site: Stranger) -> None:
    """The next run is good, and the archive has every post."""
    report = done.crawl("-asweep=1")
    assert report["failures"] == []
    assert len(done.index) == len(site.posts)
    verified = done.run("verify", done.name, "--jobs", "1")
    assert verified.returncode == 0, verified.stdout


@pytest.mark.parametrize("part", PARTS)
def test_a_site_is_asked_for_nothing_that_cannot_be_kept(tmp_path: Path, site: Stranger, part: str) -> None:
    done = Crawled(tmp_path, site)
    done.crawl()
    publish(site, _NEW)
    with no_room_for(done.archive, part):
        ended = done.run("crawl", done.name, "-asweep=1", LOG_LEVEL="WARNING", **_ONE_BY_ONE)
        asked = len(done.asked)
    assert ended.returncode == 1, ended.stderr
    assert asked < len(site.posts) // 2, done.asked
    assert PARTS[part] in ended.stderr, ended.stderr
    assert "make room there and run again; what is under way is completed, and nothing more is asked for" in ended.stderr
    for word in ("Traceback", "Error", "signal handler", "defect", "dropped"):
        assert ended.stderr.count(word) <= (part == "_posts" and word == "dropped"), ended.stderr
    assert "stopped before its end (nothing more can be kept)" in ended.stderr
    is_whole(done, site)


def test_nothing_is_asked_for_if_there_is_no_room_for_what_is_captured_already(tmp_path: Path, site: Stranger) -> None:
    done = Crawled(tmp_path, site)
    done.crawl()
    publish(site, _POSTS + 3)
    with no_room_for(done.archive, "_posts"):
        done.run("crawl", done.name, **_ONE_BY_ONE)
        ended = done.run("crawl", done.name, "-asweep=1", LOG_LEVEL="WARNING", **_ONE_BY_ONE)
        asked = len(done.asked)
    assert ended.returncode == 1, ended.stderr
    assert asked == 0, done.asked
    assert "Error" not in ended.stderr
    is_whole(done, site)


@pytest.fixture
def ext4(tmp_path: Path) -> Iterator[Path]:
    """A disk in a file, which can go away."""
    image, disk = tmp_path / "image", tmp_path / "output"
    with image.open("wb") as file:
        file.truncate(40 << 20)
    if subprocess.run(["mkfs.ext4", "-q", str(image)], capture_output=True, check=False).returncode:
        missing("mkfs.ext4", "apt-get install e2fsprogs")
    disk.mkdir()
    mount("-o", "loop", str(image), str(disk))
    yield disk
    subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_disk_that_goes_away(tmp_path: Path, site: Stranger, ext4: Path) -> None:
    """The run ends in order, with its summary and its alert."""
    done = Crawled(tmp_path, site)
    done.crawl()
    publish(site, _NEW)
    told, tell = tmp_path / "told", tmp_path / "tell.sh"
    tell.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> {told}\n')
    tell.chmod(0o755)
    site.hold_after(3)
    settings = settings_for(site.origins, done.root, LOG_LEVEL="WARNING", ALERT_COMMAND=str(tell), **_ONE_BY_ONE)
    with subprocess.Popen(
        scrapy("crawl", done.name, "-asweep=1", settings=settings), stderr=subprocess.PIPE, text=True
    ) as process:
        site.log.clear()
        while len(site.log) < 3:
            assert process.poll() is None
            time.sleep(0.05)
        folder = os.open(ext4, os.O_RDONLY)
        fcntl.ioctl(folder, _SHUTDOWN, struct.pack("I", 0))
        os.close(folder)
        site.go_on()
        _, said = process.communicate(timeout=300)
    asked = len(site.log)
    subprocess.run(["umount", str(ext4)], check=True)
    mount("-o", "loop", str(tmp_path / "image"), str(ext4))
    assert process.returncode == 1, said
    assert asked < len(site.posts) // 2
    assert "stopped before its end (nothing more can be kept)" in said
    assert "no run report: " in said
    assert "signal handler" not in said, said
    assert told.exists()
    is_whole(done, site)


def test_many_pages_at_once_are_no_line_each(tmp_path: Path, replica: ReplicaServer) -> None:
    """And what the next run makes up for is counted once."""
    root = tmp_path / "output"
    root.mkdir()
    settings = settings_for(replica.origins, root) | {"PROFILE": "fast"}
    mount("-t", "tmpfs", "-o", "size=800k", "tmpfs", str(root))
    try:
        full = subprocess.run(scrapy("crawl", "finews", settings=settings), capture_output=True, text=True, check=False)
        assert full.returncode == 1, full.stderr
        assert full.stderr.count("nothing more is asked for") == 1
        for word in ("Spider error", "dropped", "Traceback"):
            assert word not in full.stderr, full.stderr
        mount("-o", "remount,size=50m", str(root))
        done = subprocess.run(scrapy("crawl", "finews", settings=settings), capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        report = json.loads(max((root / "finews" / "runs").glob("*.json")).read_text("utf-8"))
        broken = [found["url"] for found in report["rejections"]]
        assert broken
        assert len(broken) == len(set(broken))
    finally:
        subprocess.run(["umount", "--lazy", str(root)], check=True)
