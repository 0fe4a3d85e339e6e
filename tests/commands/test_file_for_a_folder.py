"""No folder where archives, or one of them, would be: each command says so, and none says that there is no archive or goes on."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.failures.commands import COMMANDS
from tests.replica.crawl import run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

_READING = [called for called in COMMANDS if called.reads and called.words[0] not in ("warc", "browse") and not called.extra]


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


@pytest.mark.parametrize("words", [["crawl"], ["status"], ["verify"]])
@pytest.mark.parametrize(
    ("make", "what"),
    [(os.mkfifo, "no folder"), (lambda place: place.symlink_to("nowhere"), "a link that leads nowhere")],
    ids=["pipe", "link"],
)
def test_what_is_no_file_either(tmp_path: Path, words: list[str], make: Callable[[Path], None], what: str) -> None:
    make(tmp_path / "place")
    done = run(*words, "finews", settings={"ARCHIVE_ROOT": f"{tmp_path}/place"})
    line = f"ARCHIVE_ROOT={tmp_path}/place: {tmp_path}/place is {what}; name the folder that the archives are in\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)


@pytest.mark.parametrize("words", [["status"], ["rebuild"], ["verify"], ["changes"], ["report"], ["catalog"]])
def test_in_the_place_of_one(tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "finews").touch()
    done = run(*words, "finews", settings={"ARCHIVE_ROOT": str(tmp_path)})
    line = f"{tmp_path}/finews is a file, where the folder of the archive would be; move it away, or set ARCHIVE_ROOT\n"
    assert (done.returncode, done.stdout, done.stderr) == (2, "", line)
