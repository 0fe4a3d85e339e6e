"""A disk that gets full in the middle: one line, nothing of before is lost, and the same command mends it once there is room."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from tests.archives import index
from tests.exporters.test_places import mount
from tests.together.commands import COMMANDS, Command
from tests.together.ground import Ground, ground

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: kB that are free.
ROOM = (30, 400)
_LEFT_OUT = ("browse", "status", "changes", "explain")
WRITING = [command for command in COMMANDS if command.words[0] not in _LEFT_OUT and "--diff" not in command.words]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Served, and crawled once for all tests here."""
    with ground(tmp_path_factory.mktemp("ground")) as made:
        yield made


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of its own, of 30 MB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount("-t", "tmpfs", "-o", "size=30m", "tmpfs", str(place))
    yield place
    subprocess.run(["umount", "--lazy", str(place)], check=True)


@pytest.mark.parametrize("command", WRITING, ids=lambda command: command.name)
def test_a_disk_that_gets_full(made: Ground, disk: Path, command: Command) -> None:
    for room in ROOM:
        root = disk / "root"
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(made.folder / "base", root, copy_function=shutil.copy2)
        if command.words[0] == "forget":
            assert made.call(0, root, Command(("export", "finews", "--format", "jekyll"))).returncode == 0
            assert made.call(0, root, Command(("export", "finews", "--format", "sqlite"))).returncode == 0
        before = {entry["id"] for entry in index(root / "finews")}
        free = shutil.disk_usage(disk).free - room * 1024
        (disk / "filler").write_bytes(bytes(free))
        ended = made.call(0, root, command)
        (disk / "filler").unlink()
        assert ended.returncode in (0, 1, 2), ended.stderr
        assert "Traceback" not in ended.stderr, ended.stderr
        assert "defect" not in ended.stderr, ended.stderr
        assert "[Errno" not in ended.stderr, ended.stderr
        if not command.crawls and ended.returncode == 2:
            assert len(ended.stderr.splitlines()) == 1, ended.stderr
        if ended.returncode == 2:
            assert str(disk) in ended.stderr, ended.stderr
            assert "make room there" in ended.stderr or command.words[0] == "report", ended.stderr
        after = {entry["id"] for entry in index(root / "finews")}
        assert before - {made.words["post"]} <= after
        again = made.call(0, root, command)
        assert again.returncode == 0, again.stderr
        assert list(made.holds(root, {command})) == []
