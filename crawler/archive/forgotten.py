"""Posts that were taken out of an archive for good: ``forgotten.jsonl``, a line each, with the reason.

They are not asked for again, and no capture that turns up later makes them again. A later line may lift that: the post may be
fetched again then, and the bytes that were taken out stay out.
"""

from __future__ import annotations

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
class Promise:
    """That a post stays out: since when, and why; ``unseen``: it was blocked before the archive had anything of it."""

    id: str
    time: str
    reason: str
    unseen: bool = False


def lifted(archive: Path) -> frozenset[str]:
    """The IDs of posts that were to stay out once, and no longer are."""
    return frozenset(entry["id"] for entry in _entries(archive) if entry.get("undone")) - forgotten(archive)


def promised(archive: Path) -> int:
    """How many lines there are: more with each promise, and with each that is lifted."""
    return sum(1 for _ in _entries(archive))


def forgotten(archive: Path) -> frozenset[str]:
    """The IDs of posts that are to stay out of the archive."""
    return frozenset(promises(archive))


def promises(archive: Path) -> dict[str, Promise]:
    """What is to stay out, by ID, in the order in which it was promised; what was lifted since is not among them."""
    found: dict[str, Promise] = {}
    for entry in _entries(archive):
        if entry.get("undone"):
            found.pop(entry["id"], None)
        elif entry["id"] not in found:
            found[entry["id"]] = Promise(
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
        if line.endswith(b"\n"):  # or a crash cut it short: it was not promised to anybody yet, and the next line replaces it
            yield entry


def note_forgotten(archive: Path, post_id: str, reason: str, time: datetime, *, unseen: bool = False) -> None:
    """Promise, durably, that a post stays out.

    :raises OSError: if the disk does not take it.
    """
    entry: dict[str, object] = {"id": post_id, "time": stamp(time), "reason": reason}
    _append(archive, [entry | ({"unseen": True} if unseen else {})])


def note_undone(archive: Path, post_ids: Iterable[str], reason: str, time: datetime) -> None:
    """Lift promises, durably: the posts may be fetched again.

    :raises OSError: if the disk does not take it.
    """
    _append(archive, [{"id": one, "time": stamp(time), "reason": reason, "undone": True} for one in post_ids])


def _append(archive: Path, entries: list[dict[str, object]]) -> None:
    path = archive / FORGOTTEN
    cut_torn_line(path)
    append(path, map(json_line, entries))
