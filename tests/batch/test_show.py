from __future__ import annotations

import os
import pty
import re
import subprocess
import sys
from collections import Counter
from contextlib import redirect_stdout, suppress
from typing import TYPE_CHECKING

import pytest

from crawler.batch import show
from tests.replica.crawl import PROJECT, scrapy
from tests.terminal import CTRL_C, Terminal

if TYPE_CHECKING:
    from pathlib import Path


def test_on_a_terminal_there_is_a_bar_with_rate_and_time(crawled: Path, tmp_path: Path) -> None:
    ours, theirs = pty.openpty()
    command = scrapy(
        "rebuild", "finews", "--output", str(tmp_path / "again"), "--jobs", "1", settings={"ARCHIVE_ROOT": str(crawled)}
    )
    environment = os.environ | {"TERM": "xterm", "COLUMNS": "120"}
    with subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=theirs, env=environment) as process:
        os.close(theirs)
        seen = b""
        while True:
            try:
                data = os.read(ours, 65536)
            except OSError:  # the other end is closed
                break
            if not data:
                break
            seen += data
    os.close(ours)
    assert process.returncode == 0
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen.decode())
    assert re.search(r"posts +━+\S* *(\d+)/\1 +[\d,]+/s +\d:\d\d:\d\d", text), text


#: Shows the progress of a stage that is done at its first call, and of one that goes on until it is stopped.
_GOES_ON = """
import sys, time
from crawler.batch.show import ProgressDisplay
with ProgressDisplay() as progress:
    time.sleep(0.2)
    progress("posts", 3385, 3385)
    progress("bytes of captures", 0, 123_456_789)
    for done in range(0, 123_456_789, 100_000):
        time.sleep(0.05)
        progress("bytes of captures", done, 123_456_789)
        done == 2_000_000 and print("under way", flush=True)
"""


@pytest.mark.parametrize("columns", [40, 54, 55, 69, 70, 80, 120])
def test_what_is_done_is_shown_whole_and_once_in_any_terminal(columns: int) -> None:
    with Terminal([sys.executable, "-c", _GOES_ON], columns=columns) as terminal:
        terminal.wait_for("under way")
        terminal.type(CTRL_C)  # the terminal shows it, behind the bar
        seen = terminal.end().text
    assert len(re.findall(r"^bytes of captures .*(?:/123456789|\b\d+%) +[1-9][\d,]+/s", seen, re.MULTILINE)) == 1, seen
    assert re.search(r"^posts .*(?:\b3385/3385|100%) +[1-9][\d,]*/s", seen, re.MULTILINE), seen
    assert "…" not in seen


def test_elsewhere_a_line_now_and_then(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(show, "_SECONDS", -1.0)
    with show.ProgressDisplay() as progress:
        progress("posts", 0, 2000)
        progress("posts", 1000, 2000)
    assert re.search(r"posts: 1,000 of 2,000 \([\d,]+ a second, \d+ s left\)", capsys.readouterr().err)


def test_the_most_frequent_first_and_the_rest_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    show.print_counts("T", Counter({f"k{n}": n for n in range(1, 6)}), most=2)
    assert [line.split() for line in capsys.readouterr().out.splitlines()] == [
        ["T"],
        ["5", "k5"],
        ["4", "k4"],
        ["6", "in", "3", "others"],
    ]


def test_who_reads_no_more_of_a_table_is_told_as_with_any_other_output() -> None:
    """Rich itself would end with 1, which is what a rebuild with losses ends with."""
    reads, writes = os.pipe()
    os.close(reads)
    before = os.dup(1)
    os.dup2(writes, 1)
    try:
        # Closing the file tries once more.
        with (
            suppress(BrokenPipeError),
            open(1, "w", closefd=False) as out,
            redirect_stdout(out),
            pytest.raises(BrokenPipeError),
        ):
            show.print_counts("T", Counter({"k": 1}))
    finally:
        os.dup2(before, 1)
        os.close(before)
        os.close(writes)
