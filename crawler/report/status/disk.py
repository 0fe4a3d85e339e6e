"""What an archive takes of the disk, part by part; files that come and go meanwhile do no harm."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

from crawler.archive.paths import CAPTURES, POSTS, RUNS


def sizes(archive: Path, posts: int) -> dict[str, int]:
    """Bytes of each part of an archive; ``posts``: of source posts, for they are too many to look at."""
    return {
        CAPTURES: _below(archive / CAPTURES),
        POSTS: posts,
        RUNS: _below(archive / RUNS),
        "index and catalog": _in(archive),
    }


def _below(folder: Path) -> int:
    return sum(_in(Path(place)) for place, _, _ in os.walk(folder))


def _in(folder: Path) -> int:
    total = 0
    with suppress(OSError), os.scandir(folder) as found:
        for one in found:
            with suppress(OSError):  # a temporary file that is gone by now
                total += one.stat().st_size if one.is_file() else 0
    return total
