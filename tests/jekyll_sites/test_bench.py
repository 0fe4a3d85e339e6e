"""One whole run of the benchmark, of a small site: crawled, given back, built again, and counted."""

from __future__ import annotations

import re
import subprocess
import sys

import pytest

from tests.jekyll_sites.sites import SITES
from tests.replica.crawl import PROJECT


@pytest.fixture(scope="module")
def rows(jekyll: str, tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """What the benchmark prints of the site with Liquid and collections, by the first words of each line."""
    folder = tmp_path_factory.mktemp("bench")
    site = next(site for site in SITES if site.name == "harbour").sources
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "jekyll", "--site", str(site), "--sample", "2", "--keep", str(folder / "kept")],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert {path: path.read_bytes() for path in site.rglob("*") if path.is_file()} == before
    assert (folder / "kept" / "blind" / "site" / "index.jsonl").exists()
    lines = [re.split(r"\s{2,}", line.strip()) for line in done.stdout.splitlines() if "  " in line.strip()]
    return {words[0]: words[1:] for words in lines}


def test_the_columns_are_of_a_blind_run_and_of_one_with_samples(rows: dict[str, list[str]]) -> None:
    assert rows["blind"] == ["2 samples"]
    assert rows["posts on the site"] == ["13", "11"]


def test_all_that_has_to_come_back_has_come_back(rows: dict[str, list[str]]) -> None:
    for row in ("found, at their address", "content same", "as the layout leaves it", "title same", "day same", "time same"):
        assert rows[row] == ["13 100.0 %", "11 100.0 %"], row
    assert rows["too many"] == ["0", "0"]
    assert int(rows["requests of the next run"][0]) <= 4


def test_time_and_memory_are_figures(rows: dict[str, list[str]]) -> None:
    for row in ("seconds", "processor seconds", "peak MB"):
        assert all(float(cell) > 0 for cell in rows[row])


def test_converters_of_others_stand_beside_it(rows: dict[str, list[str]]) -> None:
    for name in ("pandoc", "markdownify", "html-to-markdown", "kramdown"):
        cells = rows[name]
        if not cells[0].startswith("not installed: "):
            content, normalised, source = map(int, cells[::2])
            assert source <= normalised <= 13
            assert content < 13
