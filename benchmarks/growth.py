"""How commands grow with an archive: 1,000 posts, ten times as many, up to ``--posts``, or ``--sizes``; all is run once."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import orjson

from benchmarks.measure import Run, machine, timed_with_children
from benchmarks.rebuild import archive
from crawler.archive.paths import READINGS
from crawler.scratch import scratch_folder
from tests.replica.crawl import run, scrapy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

#: The formats with text.
FORMATS = ("jsonl", "csv", "parquet", "sqlite", "hf")
#: Exit codes: the benchmark's archive has no runs, which ``status`` reports.
_GOOD = (0, 1)


def main(posts: int, sizes: Sequence[int] = (), formats: Sequence[str] = FORMATS) -> None:
    """Print a table for each size: seconds of a clock and of all processors, and MB of all processes.

    :param posts: the largest size, where ``sizes`` names none.
    :param formats: the exports that are measured; the full-text index of a million posts takes hours.
    """
    sizes = sizes or [*(size for size in (10**power for power in range(3, 9)) if size < posts), posts]
    heads = ("wall s", "cpu s", "cpu µs/post", "posts/s", "peak MB")
    for size in sizes:
        with scratch_folder() as folder:
            number = archive(folder, size)
            print(f"\n{machine()}; {number:,} posts\n{'':24}{''.join(f'{head:>12}' for head in heads)}", flush=True)
            for what, taken in measured(folder / "root", formats):
                values = (taken.wall, taken.cpu, 1e6 * taken.cpu / number, number / taken.wall, taken.peak)
                shown = "".join(f"{value:12.{1 if at < 2 else 0}f}" for at, value in enumerate(values))
                print(f"{what:24}{shown}", flush=True)


def measured(root: Path, formats: Sequence[str] = FORMATS) -> Iterator[tuple[str, Run]]:
    """Run each command once in an archive that has captures alone."""

    def one(*words: str) -> Run:
        return timed_with_children(scrapy(*words, settings={"ARCHIVE_ROOT": str(root)}), good=_GOOD)

    yield "rebuild", one("rebuild", "finews", "--jobs", str(os.cpu_count() or 1))
    for name in formats:
        place = root / f"export-{name}"
        (root / "finews" / READINGS).unlink(missing_ok=True)
        for turn in ("first", "again"):
            yield f"export {name}, {turn}", one("export", "finews", "--format", name, "--output", str(place))
    post_id, token = _middle_post(root), _token(root)
    yield "status", one("status", "finews")
    yield "explain", one("explain", "finews", post_id)
    yield "changes, none new", one("changes", "finews", "--since", token)
    yield "verify", one("verify", "finews")
    yield "forget", one("forget", "finews", post_id, "--reason", "measured")
    yield "changes, one forgotten", one("changes", "finews", "--since", token)


def _middle_post(root: Path) -> str:
    """The ID of a post in the middle of the index."""
    with (root / "finews" / "index.jsonl").open("rb") as index:
        lines = index.readlines()
    return str(orjson.loads(lines[len(lines) // 2])["id"])


def _token(root: Path) -> str:
    """The token of the newest change."""
    done = run("changes", "finews", settings={"ARCHIVE_ROOT": str(root)}, timeout=7200)
    return str(orjson.loads(done.stdout.splitlines()[-1])["token"])
