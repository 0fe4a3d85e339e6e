"""What a person types, typed in a terminal: every command, at 80 columns and at 120."""

from __future__ import annotations

import re
import sys
import tempfile
from typing import TYPE_CHECKING

import pytest

from tests.failures.commands import COMMANDS, Called
from tests.failures.failures import ground
from tests.replica.crawl import PROJECT, run, scrapy, settings_for
from tests.terminal import CTRL_C, Terminal, shown

if TYPE_CHECKING:
    from pathlib import Path

    from tests.replica.server import ReplicaServer

WIDTHS = (80, 120)
#: What is data prints lines as long as they are, and the terminal breaks them; everything else fits.
DATA = ("changes", "fetch", "learn", "rebuild", "shell", "parse")
_ESCAPES = re.compile(rb"\x1b\[[0-9;?]*[A-Za-z]")


def name(value: object) -> str:
    return value.name if isinstance(value, Called) else str(value)


@pytest.mark.parametrize("columns", WIDTHS)
@pytest.mark.parametrize("called", COMMANDS, ids=name)
def test_a_command_on_a_sound_archive(
    called: Called, columns: int, crawled: Path, shore_root: Path, tmp_path: Path, replica: ReplicaServer
) -> None:
    made = ground(crawled if called.site == "finews" else shore_root, tmp_path, replica, called.site)
    words = made.words(called)
    command = scrapy(*words, settings=settings_for(made.origins, made.root))
    with Terminal(command, columns=columns, environment={"BROWSER": "true"}) as terminal:
        if called.serves:
            terminal.wait_for("http://")
            terminal.type(CTRL_C)
        done = terminal.end()
    assert done.code == 0, done.text
    assert "Traceback" not in done.text
    assert "Warning" not in done.text
    if words[0] not in DATA:
        assert wide(done.raw, columns) == []


@pytest.mark.parametrize("command", sorted({called.words[0] for called in COMMANDS}))
def test_help_fits(command: str, monkeypatch: pytest.MonkeyPatch) -> None:
    done = shown(scrapy(command, "-h"), columns=WIDTHS[0])
    assert done.code == 0, done.text
    assert wide(done.raw, WIDTHS[0]) == []
    monkeypatch.setenv("COLUMNS", str(WIDTHS[1]))  # which goes before the terminal's own
    help_ = run(command, "-h")
    assert help_.returncode == 0, help_.stderr
    assert wide(help_.stdout.encode(), WIDTHS[1]) == []


def wide(raw: bytes, columns: int) -> list[str]:
    """Lines that a person's terminal has to break; what only tells a path of this machine may be as long as that is."""
    own = (tempfile.gettempdir(), str(PROJECT), "http")
    lines = (re.split(rb"\r(?!\n)", line)[-1] for line in _ESCAPES.sub(b"", raw).split(b"\n"))
    texts = (line.decode("utf-8", "replace").rstrip("\r") for line in lines)
    return [text for text in texts if len(text) > columns and not any(one in text for one in own)]


def test_every_command_that_there_is_is_tried() -> None:
    listed = run("--help").stdout
    own = {path.stem for path in (PROJECT / "crawler" / "commands").glob("*.py") if "class Command(" in path.read_text("utf-8")}
    scrapys = {
        "bench",
        "edit",
        "genspider",
        "runspider",
        "settings",
        "startproject",
        "version",
    }  # tests/crawl/test_plain_spiders.py
    assert own - {called.words[0] for called in COMMANDS} <= scrapys
    assert all(f"  {command} " in listed for command in own)


def test_the_list_of_commands_fits() -> None:
    """Scrapy's own list, which breaks no lines, and the demo's words."""
    listed = [line for line in run("-h").stdout.splitlines() if len(line) > WIDTHS[0]]
    assert listed == []


def test_what_the_demo_says_fits() -> None:
    done = shown([sys.executable, "-m", "tests.replica", "demo"])
    assert done.code == 0, done.text
    assert wide(done.raw, WIDTHS[0]) == []
