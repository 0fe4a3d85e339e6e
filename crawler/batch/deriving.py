"""Derives many posts of an open archive in several processes: at the end of a first run, an import, or a crawl by workers."""

from __future__ import annotations

import gc
import os
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.archive.archive import Archive
from crawler.archive.paths import SITE
from crawler.archive.schedule import Schedule
from crawler.batch.processes import WorkerDied, workers
from crawler.derive.writer import PostWriter
from crawler.reconstruct.ruby.kept_ruby import end_kept
from crawler.sites.declared import load
from crawler.sites.learned.archived import of_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.derive.posts import Derived

#: A post's ID, and the addresses of its pages that were captured since it was made.
Planned = tuple[str, list[str]]
#: So many posts are a task; of fewer, one process makes all sooner than others have started. The first two are for a learned
#: site, whose posts take a converter.
_TASK, _FEW = 10, 40
_DECLARED_TASK, _DECLARED_FEW = 200, 1500
#: Each process takes some 200 MB with its converter.
_MOST_PROCESSES = 8


@dataclass(frozen=True, slots=True)
class Pool:
    """Derives posts in several processes, each of which opens the archive for reading.

    ``layout``: that of the source posts' folders.
    """

    folder: str
    site: str
    layout: str

    @classmethod
    def of(cls, archive: Archive) -> Pool:
        """The pool of an archive of a declared site, or of one whose folder has a ``site.toml``."""
        return cls(str(archive.folder), archive.site, archive.files.layout)

    def derived(self, posts: Mapping[str, list[str]]) -> Iterator[tuple[Planned, Derived | Exception]]:
        """What the captures give for each of the posts, in their order; posts that are left out here were not derived.

        The archive's catalog must be committed.
        """
        path = Path(self.folder) / SITE
        text = path.read_text("utf-8") if path.exists() else ""
        size, few = (_TASK, _FEW) if text else (_DECLARED_TASK, _DECLARED_FEW)
        processes = min(_processors(), _MOST_PROCESSES, len(posts) // size)
        if processes < 2 or len(posts) < few:  # noqa: PLR2004 - one is this one
            return
        planned = list(posts.items())
        parts = [planned[first : first + size] for first in range(0, len(planned), size)]
        end_kept()  # each process starts a Ruby of its own; that of learning would be idle beside them, with 50 MB
        early: dict[int, list[Derived | Exception]] = {}
        following = 0
        try:
            with workers(processes) as at_work:
                tasks = ((self, text, number, part) for number, part in enumerate(parts))
                for number, found in at_work.run(derive_some, tasks):
                    early[number] = found
                    while following in early:
                        yield from zip(parts[following], early.pop(following), strict=True)
                        following += 1
        except WorkerDied:
            return  # whoever asked derives the others, one after the other


def derive_some(pool: Pool, text: str, number: int, posts: Sequence[Planned]) -> tuple[int, list[Derived | Exception]]:
    """Derive some posts; gives ``number`` back with them."""
    writer = _writer(pool, text)
    found: list[Derived | Exception] = []
    for post_id, urls in posts:
        try:
            derived = writer.derive(post_id, urls)
        except Exception as error:  # noqa: BLE001 - as in CatchUp, a defect must not stop the others
            found.append(RuntimeError(f"{type(error).__name__}: {error}"))
            continue
        derived.versions.clear()
        found.append(derived)
    return number, found


@lru_cache(maxsize=1)
def _writer(pool: Pool, text: str) -> PostWriter:
    """The writer of a process, which writes nothing."""
    archive = Archive(Path(pool.folder), pool.site, layout=pool.layout, read_only=True)
    gc.freeze()
    return PostWriter(archive, of_text(text) if text else load(pool.site), Schedule.of_hours([]))


def _processors() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
