"""Two commands at one time on one archive: what comes of it is what one after the other makes, or a refusal that names who is in the way."""

from __future__ import annotations

import signal
from random import Random
from typing import TYPE_CHECKING

import pytest

from tests.archives import index
from tests.crash.ground import content
from tests.together.commands import COMMANDS, Command
from tests.together.ground import Ground, ground

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BY_NAME = {command.name: command for command in COMMANDS}
#: Those that have most to do with each other; ``python -m tests.together`` runs all.
PAIRS = [
    ("crawl", "crawl"),
    ("crawl", "export sqlite"),
    ("crawl", "forget"),
    ("crawl", "rebuild --jobs 1"),
    ("crawl", "verify --jobs 1"),
    ("import --site", "export jsonl"),
    ("import --site", "verify --jobs 1 --repair"),
    ("rebuild --jobs 1", "changes"),
    ("rebuild --jobs 1", "export csv"),
    ("rebuild --jobs 1", "forget"),
    ("catalog", "changes"),
    ("catalog", "forget"),
    ("forget", "export jekyll"),
    ("forget", "export parquet --since-run"),
    ("forget", "export sqlite --since-run"),
    ("forget", "export wacz"),
    ("forget", "verify --jobs 1"),
    ("forget --undo", "import --site"),
    ("export hugo", "export hugo"),
    ("export sqlite", "browse --port 0"),
    ("report", "report"),
]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ground]:
    """Served, and crawled once for all tests here."""
    with ground(tmp_path_factory.mktemp("ground")) as made:
        yield made


@pytest.mark.parametrize(("first", "second"), PAIRS)
def test_two_at_once(made: Ground, first: str, second: str) -> None:
    rng = Random(f"{first} {second}")
    outcome = made.together(BY_NAME[first], BY_NAME[second], rng)
    assert outcome.faults == [], outcome
    outcome = made.together(BY_NAME[first], BY_NAME[second], rng, kill=rng.randrange(2))
    assert outcome.faults == [], outcome


def test_a_run_with_a_folder_for_its_queue(made: Ground, tmp_path: Path) -> None:
    """Of two with one JOBDIR the second is refused; after a kill the same command gets everything."""
    crawl = Command((*BY_NAME["crawl"].words, f"-sJOBDIR={tmp_path / 'job'}"), crawls=True, writes=True)
    outcome = made.together(crawl, crawl, Random(1))
    assert outcome.faults == [], outcome
    killed = made.call(0, tmp_path / "root", crawl, kill_after=made.crawl_seconds / 2, kill_with=signal.SIGKILL)
    assert killed.returncode in (0, -signal.SIGKILL)
    assert made.call(0, tmp_path / "root", crawl).returncode == 0
    assert made.call(0, tmp_path / "root", BY_NAME["verify --jobs 1"]).returncode == 0
    assert {entry["id"] for entry in index(tmp_path / "root" / "finews")} == made.all
    assert content(tmp_path / "root" / "finews")["strays"] == []
