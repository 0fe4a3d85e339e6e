"""A file where archives, or one of them, would be: each command says so, and none says that there is no archive or goes on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.failures.commands import COMMANDS
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

_READING = [
    called for called in COMMANDS if called.reads and called.words[0] not in ("crawl", "warc", "browse") and not called.extra
]


def _words(words: tuple[str, ...], folder: Path) -> list[str]:
    given = {"page": "https://finews.withounder.com/", "captures": str(folder), "out": str(folder / "out"), "id": "init"}
    return [word.format(**given).replace("shore", "finews") for word in words]


@pytest.mark.parametrize("called", _READING, ids=lambda called: called.name)
@pytest.mark.parametrize("below", ["", "/below"])
def test_in_the_place_of_all_archives(tmp_path: Path, called: object, below: str) -> None:
    (tmp_path / "file").touch()
    done = run(*_words(called.words, tmp_path), settings={"ARCHIVE_ROOT": f"{tmp_path}/file{below}"})  # type: ignore[attr-defined]
    line = f"ARCHIVE_ROOT={tmp_path}/file{below}: {tmp_path}/file is a file; name the folder that the archives are in\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)


@pytest.mark.parametrize("words", [["status"], ["rebuild"], ["verify"], ["changes"], ["report"], ["catalog"]])
def test_in_the_place_of_one(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "finews").touch()
    done = run(*words, "finews", settings={"ARCHIVE_ROOT": str(tmp_path)})
    line = f"{tmp_path}/finews is a file, where the folder of the archive would be; move it away, or set ARCHIVE_ROOT\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)
