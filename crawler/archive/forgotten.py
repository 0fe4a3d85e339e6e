"""Posts that were taken out of an archive for good: ``forgotten.jsonl``, a line each, with the reason.

They are not asked for again, and no capture that turns up later makes them again.
"""

from __future__ import annotations

import os
from datetime import datetime
from pathlib import Path

import orjson

from crawler.archive.durable import sync_folder
from crawler.archive.lines import cut_torn_line, json_line, lines
from crawler.clock import stamp

FILE = "forgotten.jsonl"


def forgotten(archive: Path) -> frozenset[str]:
    """The IDs of posts that are to stay out of the archive."""
    found = set()
    for line in lines(archive / FILE):
        try:
            found.add(str(orjson.loads(line)["id"]))
        except (orjson.JSONDecodeError, KeyError, TypeError):
            continue  # the end of a line that a crash cut short: it was not promised to anybody yet
    return frozenset(found)


def note_forgotten(archive: Path, post_id: str, reason: str, time: datetime) -> None:
    """Promise, durably, that a post stays out.

    :raises OSError: if the disk does not take it.
    """
    path = archive / FILE
    cut_torn_line(path)
    line = json_line({"id": post_id, "time": stamp(time), "reason": reason})
    with path.open("ab") as file:
        file.write(line)
        file.flush()
        os.fsync(file.fileno())
    sync_folder(archive)
