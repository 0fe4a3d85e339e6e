"""A verification in parts and in several processes: each does something, and the findings are those of one that reads whole files."""

from __future__ import annotations

import os
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from crawler.archive.paths import CAPTURES
from crawler.batch.processes import Processes, Workers
from crawler.sites.declared import load
from crawler.upkeep.verify import captures, check, posts
from crawler.upkeep.verify.check import Checked, Verification
from crawler.upkeep.verify.snapshot import take_snapshot
from crawler.warc import parts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def noting(folder: Path, function: Callable[..., Any], task: tuple[Any, ...]) -> Any:
    """Call a function once two processes have come to a task of its kind, each of which leaves a file with its number of them."""
    kind = type(task[0]).__name__
    mine = folder / f"{kind}-{os.getpid()}"
    with mine.open("ab") as file:
        file.write(b".")
    end = time.monotonic() + 120
    while len(list(folder.glob(f"{kind}-*"))) < 2 and time.monotonic() < end:
        time.sleep(0.01)
    return function(*task)


class Noting(Processes):
    """Two processes that note what they do."""

    def __init__(self, folder: Path) -> None:
        super().__init__(2)
        self._folder = folder

    def run(self, function: Callable[..., Any], tasks: Iterator[tuple[Any, ...]]) -> Iterator[Any]:
        """Call ``function`` with each of ``tasks``."""
        return super().run(noting, ((self._folder, function, task) for task in tasks))


def verified(archive: Path, folder: Path, workers: Workers) -> tuple[list[str], Checked]:
    folder.mkdir()
    checked = Checked()
    verification = Verification(load("finews"), take_snapshot(archive, folder), workers, lambda *_: None)
    return [str(finding) for finding in verification.run(checked)], checked


def test_both_processes_check_captures_and_lines(archive_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parts, "PART", 20_000)
    monkeypatch.setattr(check, "_CHUNK", 10)
    archive, notes = archive_root / "finews", tmp_path / "notes"
    notes.mkdir()
    with Noting(notes) as workers:
        findings, checked = verified(archive, tmp_path / "a", workers)
    assert findings == []
    assert verified(archive, tmp_path / "b", Workers()) == ([], checked)
    calls = Counter(path.name.rpartition("-")[0] for path in notes.iterdir())
    assert calls == {captures.CaptureFile.__name__: 2, posts.Lines.__name__: 2}
    done = {path.name: path.stat().st_size for path in notes.iterdir()}
    assert sum(number for name, number in done.items() if "CaptureFile" in name) > 2
    assert sum(number for name, number in done.items() if "Lines" in name) == -(-checked.posts // 10)


@pytest.mark.parametrize("place", [0.2, 0.5, 0.8])
@pytest.mark.parametrize("damage", ["a bit", "some bytes more", "the end is gone", "a record is gone"])
def test_parts_find_what_is_found_in_a_whole_file(
    archive_root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: float, damage: str
) -> None:
    archive = archive_root / "finews"
    file = max((archive / CAPTURES).glob("*.gz"), key=lambda path: path.stat().st_size)
    data = bytearray(file.read_bytes())
    at = int(len(data) * place)
    start = data.index(b"\x1f\x8b\x08", at)
    if damage == "a bit":
        data[at] ^= 1
    elif damage == "some bytes more":
        data[start:start] = b"damage"
    elif damage == "the end is gone":
        del data[at:]
    else:
        del data[start : data.index(b"\x1f\x8b\x08", start + 1)]
    file.chmod(0o644)
    file.write_bytes(data)
    whole = verified(archive, tmp_path / "whole", Workers())
    monkeypatch.setattr(parts, "PART", 20_000)
    assert verified(archive, tmp_path / "parts", Workers()) == whole
    assert whole[0]
