"""A power cut, as far as a living machine can show it: of what was not synced, any part is gone."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.atomic import temporary_name
from tests.crash.steps import kill_at

if TYPE_CHECKING:
    from random import Random


def note_syncs(archive: str, log: str, step: str, call: str, commits: str) -> None:
    """Have this process note in ``log`` what of ``archive`` it syncs, and die at a step."""
    noting(archive, log)
    kill_at(step, call, commits)


def noting(archive: str, log: str) -> None:
    """Have this process note in ``log`` what of ``archive`` it syncs."""
    from crawler.archive.catalog.catalog import Catalog

    fsync, sync, commit = os.fsync, os.sync, Catalog.commit

    def note(path: str, size: int) -> None:
        with Path(log).open("a", encoding="utf-8") as file:
            file.write(json.dumps([path, size]) + "\n")

    def noted_fsync(fd: int) -> None:
        fsync(fd)
        note(str(Path(f"/proc/self/fd/{fd}").readlink()), os.fstat(fd).st_size)

    def noted_sync() -> None:
        sync()
        for path, size in sizes(Path(archive)).items():
            note(path, size)

    def noted_commit(catalog: Catalog, *, durable: bool = False) -> None:
        commit(catalog, durable=durable)
        log_file = catalog.path.with_name(f"{catalog.path.name}-wal")
        if durable and log_file.exists():
            note(str(log_file), log_file.stat().st_size)

    os.fsync, os.sync, Catalog.commit = noted_fsync, noted_sync, noted_commit  # type: ignore[method-assign]


def cut(archive: Path, before: dict[str, int], log: Path, rng: Random) -> list[str]:
    """Take from the archive what was not on the disk; tells what, a line each.

    :param before: the files that were there before the run, with their sizes: those were on the disk.
    """
    synced = before | dict(json.loads(line) for line in log.read_text("utf-8").splitlines())
    taken = []
    for path in sorted(path for path in archive.rglob("*") if path.is_file()):
        name, size = str(path), path.stat().st_size
        safe = max(synced.get(known, -1) for known in (name, str(path.with_name(temporary_name(path.name)))))
        if safe >= size or path.name in ("catalog.sqlite", "catalog.sqlite-shm", ".lock"):
            continue  # SQLite syncs its file itself, and the log before it
        left = rng.choice([-1, 0, rng.randint(0, size), size]) if safe < 0 else rng.randint(safe, size)
        if left < 0:
            path.unlink()
        elif left < size:
            os.truncate(path, left)
        if left != size:
            taken.append(f"{path.name}: {size} -> {'gone' if left < 0 else left}")
    return taken


def sizes(archive: Path) -> dict[str, int]:
    """Every file of an archive with its size."""
    return {str(path): path.stat().st_size for path in archive.rglob("*") if path.is_file()}
