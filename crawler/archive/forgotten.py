"""Posts that must stay out of an archive: ``forgotten.jsonl``, one line each, with the reason.

A crawl does not request them, and no capture that comes later brings them back. A later line may lift that: the post may be
fetched again then, but the bytes that were removed stay removed.
"""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import orjson

from crawler.archive.lines import cut_torn_line, json_line, lines
from crawler.archive.paths import FORGOTTEN
from crawler.atomic import append
from crawler.clock import stamp

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A post that must stay out, since when, and why. ``unseen``: it was excluded before the archive had anything of it."""

    id: str
    time: str
    reason: str
    unseen: bool = False


def readmitted(archive: Path) -> frozenset[str]:
    """The IDs of posts whose exclusion was readmitted."""
    return frozenset(entry["id"] for entry in _entries(archive) if entry.get("undone")) - forgotten(archive)


def number_of_entries(archive: Path) -> int:
    """The number of lines: each exclusion, and each lifting of one, adds a line."""
    return sum(1 for _ in _entries(archive))


def forgotten(archive: Path) -> frozenset[str]:
    """The IDs of posts that must stay out of the archive."""
    return frozenset(exclusions(archive))


def exclusions(archive: Path) -> dict[str, Exclusion]:
    """The exclusions in force, by post ID, in the order in which they were made."""
    found: dict[str, Exclusion] = {}
    for entry in _entries(archive):
        if entry.get("undone"):
            found.pop(entry["id"], None)
        elif entry["id"] not in found:
            found[entry["id"]] = Exclusion(
                entry["id"], str(entry.get("time", "")), str(entry.get("reason", "")), bool(entry.get("unseen"))
            )
    return found


def _entries(archive: Path) -> Iterator[dict[str, str]]:
    for line in lines(archive / FORGOTTEN):
        try:
            entry = orjson.loads(line)
            entry["id"] = str(entry["id"])
        except (orjson.JSONDecodeError, KeyError, TypeError):
            continue
        if line.endswith(b"\n"):  # else a crash cut the line short, and the next append removes it
            yield entry


def exclude(archive: Path, post_id: str, reason: str, time: datetime, *, unseen: bool = False) -> None:
    """Record, durably, that a post must stay out.

    :raises OSError: if the disk does not take it.
    """
    entry: dict[str, object] = {"id": post_id, "time": stamp(time), "reason": reason}
    _append(archive, [entry | ({"unseen": True} if unseen else {})])


def lift_exclusions(archive: Path, post_ids: Iterable[str], reason: str, time: datetime) -> None:
    """Lift exclusions, durably, so that the posts may be fetched again.

    :raises OSError: if the disk does not take it.
    """
    _append(archive, [{"id": one, "time": stamp(time), "reason": reason, "undone": True} for one in post_ids])


@contextmanager
def unchanged(archive: Path, how: int = fcntl.LOCK_SH) -> Iterator[None]:
    """A block in which no exclusion is added: a moment, for ``scrapy forget`` waits for it. Nothing is written.

    A post is therefore in no export that is put in its place after ``forgotten.jsonl`` names the post.
    """
    folder = os.open(archive, os.O_RDONLY)
    try:
        with suppress(OSError):  # some network file systems have no locks of folders
            fcntl.flock(folder, how)
        yield
    finally:
        os.close(folder)


def _append(archive: Path, entries: list[dict[str, object]]) -> None:
    path = archive / FORGOTTEN
    with unchanged(archive, fcntl.LOCK_EX):
        cut_torn_line(path)
        append(path, map(json_line, entries))
