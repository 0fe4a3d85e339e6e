"""The benchmarks' own logic, and one run of all of them with a tiny site."""

from __future__ import annotations

import shutil
import socket
import subprocess
import sys

import pytest

from benchmarks.contenders import OURS, QUICK, STOCK, TUNED, WGET
from benchmarks.nginx import free_port
from benchmarks.table import Group, Measured, comparison, table
from tests.conftest import missing
from tests.replica.crawl import PROJECT


def group() -> Group:
    found = Group("crawls", notes=["wget: not measured: apt-get install wget"])
    for first, second in (
        ((100, 1.0, 0.5), (200, 1.0, 0.5)),
        ((100, 2.0, 1.0), (200, 1.0, 0.5)),
        ((100, 1.0, 0.5), (200, 2.0, 2.0)),
    ):
        found.add("theirs", Measured(*first, 50))
        found.add("ours", Measured(*second, 60))
    return found


def cells(text: str, who: str) -> list[str]:
    (line,) = [line for line in text.splitlines() if line.strip().startswith(who)]
    return line.split()[1:]


def test_the_table_has_medians_and_the_ratios_of_pairs() -> None:
    text = table([group()])
    assert cells(text, "theirs") == ["100.0", "5.00", "50", "1.00", "1.00", "1.00"]
    assert cells(text, "ours") == ["200.0", "2.50", "60", "2.00", "0.50", "1.00"]
    assert "  wget: not measured: apt-get install wget" in text.splitlines()


def test_a_ratio_is_that_of_the_same_round() -> None:
    assert comparison(group(), "ours", "theirs", "speed") == "speed, ours / theirs: median 2.00 (min 1.00, max 4.00)"
    assert comparison(group(), "ours", "theirs", "cost") == "cost, ours / theirs: median 0.50 (min 0.25, max 2.00)"


def test_a_port_that_was_found_free_is_given_to_nobody_else_until_its_server_begins() -> None:
    port = free_port()
    with socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", port))
    with socket.create_server(("127.0.0.1", port)) as server, socket.create_connection(("127.0.0.1", port)):
        server.accept()[0].close()


def measured(*words: str) -> subprocess.CompletedProcess[str]:
    for program in ("nginx", "wget", "pandoc"):
        if shutil.which(program) is None:
            missing(program, f"apt-get install {program}")
    command = [sys.executable, "-m", "benchmarks", *words, "--rounds", "1", "--posts", "20"]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done


@pytest.mark.parametrize(
    ("what", "row"),
    [
        ("handlers", "aiohttp"),
        ("page", "links of a post page"),
        ("growth --formats csv,hf", "export hf, again"),  # all formats are measured below
        ("rebuild", "cp -r"),
    ],
)
def test_what_the_page_on_performance_says_can_be_typed(what: str, row: str) -> None:
    assert row in measured(*what.split()).stdout


def test_everything_is_measured_in_one_run() -> None:
    done = measured("--sizes", "60")  # tests/test_docs.py has two sizes, in an environment without extras
    for who in (STOCK, TUNED, WGET, OURS, QUICK, "Backfile", "pandoc"):
        assert f"\n  {who}  " in done.stdout, done.stdout
    assert "not given back" not in done.stdout


def test_a_single_benchmark_stays_one() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "nothing"], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 2
    assert all(
        f"'{name}'" in done.stderr for name in ("crawl", "rebuild", "idle", "exports", "years", "handlers", "memory", "jekyll")
    )
