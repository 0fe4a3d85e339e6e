"""Every export of posts: time, memory and size, next to ``cp -r`` of the source posts; and how long a search takes."""

from __future__ import annotations

import sqlite3
import statistics
import time
from contextlib import closing
from typing import TYPE_CHECKING

import orjson

from benchmarks.measure import Run, machine, medians, timed, timed_with_children
from benchmarks.rebuild import archive
from crawler.archive.paths import READINGS
from crawler.exporters.formats import FORMATS
from crawler.scratch import scratch_folder
from crawler.text.search import match
from tests.replica.crawl import run, scrapy

if TYPE_CHECKING:
    from pathlib import Path

#: Search terms: of two characters, of more, and rare ones.
_QUERIES = ("订单", "海外业务", "石榴生物公司管理层", "订单 库存", "股")
_SEARCH = (
    "SELECT posts.id, posts.title FROM posts_fts JOIN posts ON posts.rowid = posts_fts.rowid"
    " WHERE posts_fts MATCH ? ORDER BY posts_fts.rank LIMIT 20"
)


def main(rounds: int, posts: int) -> None:
    """Print the tables. Each round exports each format twice: when no post was read before, and when nothing changed."""
    with scratch_folder() as folder:
        posts = archive(folder, posts)
        root = folder / "root"
        done = run("rebuild", "finews", settings={"ARCHIVE_ROOT": str(root)}, timeout=7200)
        if done.returncode not in (0, 1):
            raise RuntimeError(done.stderr[-2000:])
        tree = root / "finews" / "_posts"
        rows = ["cp -r _posts", *(f"{name}, {turn}" for name in FORMATS for turn in ("first", "again"))]
        found: dict[str, list[Run]] = {what: [] for what in rows}
        sizes = {}
        for number in range(rounds):
            for what, runs in found.items():
                name, _, turn = what.partition(", ")
                # Nothing is deleted between rounds: for minutes after that, ext4 takes ten times as long to make a file.
                target = folder / f"export-{name.split()[0]}-{turn}-{number}"
                if turn == "first":
                    (root / "finews" / READINGS).unlink(missing_ok=True)
                command = ["export", "finews", "--format", name, "--output", str(target)]
                copy = ["cp", "-r", str(tree), str(target)]
                runs.append(
                    timed_with_children(copy if name not in FORMATS else scrapy(*command, settings={"ARCHIVE_ROOT": str(root)}))
                )
                sizes[what] = _size(target)
                print(f"round {number + 1}: {what}: {runs[-1].wall:.1f} s", flush=True)
        print(f"\n{machine()}; {posts:,} posts")
        print(f"\n{'':16}{'wall s':>9}{'cpu s':>9}{'posts/s':>9}{'peak MB':>9}{'size MB':>9}{'/ cp -r, same round':>21}")
        for what, runs in found.items():
            middle, peak = medians(runs), max(one.peak for one in runs)
            ratio = statistics.median(one.wall / copy.wall for one, copy in zip(runs, found["cp -r _posts"], strict=True))
            speed = f"{middle.wall:9.1f}{middle.cpu:9.1f}{posts / middle.wall:9.0f}"
            print(f"{what:16}{speed}{peak:9.0f}{sizes[what]:9.0f}{ratio:21.1f}")
        _searches(folder / f"export-sqlite-again-{rounds - 1}")
        for what in ("jsonl", "sqlite", "parquet"):
            (folder / f"export-{what}-again-{rounds - 1}").rename(root / f"finews{FORMATS[what].suffix}")
        _changes(root)


def _changes(root: Path) -> None:
    """Measure how long it takes to forget a post, and to update exports after that."""
    with (root / "finews" / "index.jsonl").open("rb") as index:
        *_, last = index
    commands = {
        "forget a post, in archive and three exports": ["forget", "finews", orjson.loads(last)["id"], "--reason", "measured"],
        "bring sqlite up to date after it": ["export", "finews", "--format", "sqlite", "--since-run"],
        "bring parquet up to date after it": ["export", "finews", "--format", "parquet", "--since-run"],
    }
    print(f"\n{'':48}{'s':>9}")
    for what, command in commands.items():
        taken = timed(scrapy(*command, settings={"ARCHIVE_ROOT": str(root)}), good=(0, 1))
        print(f"{what:48}{taken.wall:9.1f}")


def _size(path: Path) -> float:
    files = [path] if path.is_file() else [file for file in path.rglob("*") if file.is_file()]
    return sum(file.stat().st_size for file in files) / 1e6


def _searches(database: Path) -> None:
    print(f"\n{'search, the 20 best':24}{'hits':>9}{'ms':>9}")
    with closing(sqlite3.connect(database)) as db:
        for query in _QUERIES:
            hits = db.execute("SELECT count(*) FROM posts_fts WHERE posts_fts MATCH ?", (match(query),)).fetchone()[0]
            took = []
            for _ in range(5):
                start = time.perf_counter()
                db.execute(_SEARCH, (match(query),)).fetchall()
                took.append(time.perf_counter() - start)
            print(f"{query:24}{hits:9,}{1000 * statistics.median(took):9.1f}")
