"""The rows of which every export is made: one per post, with all fields of its index line and of its text.

Several processes read the posts, and the rows come in the index's order. A few hundred are in memory at a time.
"""

from __future__ import annotations

import heapq
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING, Any

from crawler.archive.entry import entry_of
from crawler.archive.lines import id_of, index_lines
from crawler.archive.paths import INDEX
from crawler.exporters.changing import ChangingIndex
from crawler.exporters.chunk import Chunk, Task, read_chunk
from crawler.exporters.packing import Packed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from crawler.batch.processes import Workers
    from crawler.exporters.chunk import Post
    from crawler.exporters.filters import Filter

#: How many posts a process reads at a time. Each time the stored readings are opened, which takes as long as reading ten.
_CHUNK = 256
Progress = Callable[[str, int, int], None]


@dataclass(slots=True)
class Lost:
    """Posts that could not be exported: path, and why."""

    posts: list[tuple[str, str]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Source:
    """The archive that is exported, and which parts of it are needed."""

    archive: Path
    wanted: Filter
    #: Whether rows have a ``group``: then the text of every post is read once, whether or not the post is wanted.
    groups: bool = True
    #: Whether rows have the fields that are read out of the text; else they have the source post and the article alone.
    text: bool = True
    #: The format's way to pack rows; see :mod:`crawler.exporters.packing`.
    packs: str = ""

    def task(self, lines: list[tuple[bytes, bool]], reader: bytes) -> Task:
        """The task of reading some posts. What only this process checks of the filter is not sent to others."""
        wanted = replace(self.wanted, ids=None, without=frozenset())
        return Task(str(self.archive), lines, wanted, "text" if self.text else "source", self.groups, self.packs, reader)


def rows(source: Source, workers: Workers, progress: Progress, lost: Lost) -> Iterator[Packed]:
    """The packed rows, in the index's order. A post that cannot be read is added to ``lost``, and the others follow.

    A post that a run changes meanwhile is read as it is then.

    :param workers: the caller has entered them by ``with``.
    """
    total, done = sum(1 for _ in index_lines(source.archive)), 0
    index, group = ChangingIndex(source.archive), _grouping(source)
    reader = _reader(source)
    for chunk in _in_order(workers, _tasks(source, reader)):
        for post, shared in _settled(chunk, source, index, reader):
            done += 1
            if not post.id:
                if post.problem == "invalid" or not index.is_written:  # else a run is just writing it
                    lost.posts.append((INDEX, "a line is none of an index; the next run mends it"))
                continue
            story = group(post)
            if post.problem:
                lost.posts.append((post.path, post.problem))
            elif post.item is not None:
                yield Packed(post.item, shared, story)
        progress("posts", done, total)


def newest_ids(archive: Path, wanted: Filter, number: int) -> frozenset[str]:
    """The IDs of the posts that were published last, among those whose index line a filter takes."""
    entries = filter(None, map(entry_of, index_lines(archive)))
    times = ((datetime.fromisoformat(entry["date"]), entry["id"]) for entry in entries if wanted.takes(entry))
    return frozenset(post_id for _, post_id in heapq.nlargest(number, times))


def _reader(source: Source) -> bytes:
    if not (source.text or source.groups or source.wanted.query):
        return b""
    from crawler.text.readings import reader_version  # noqa: PLC0415 - an extra has what it takes

    return reader_version(source.archive)


def _grouping(source: Source) -> Callable[[Post], str]:
    """A function that gives the group of each post in the index's order; the group is empty where there are none."""
    if not source.groups:
        return lambda _: ""
    from crawler.text.near import Groups  # noqa: PLC0415 - an extra has what it takes

    groups = Groups()
    return lambda post: groups.group(post.id, datetime.fromisoformat(post.first_seen), post.signature)


def _settled(chunk: Chunk, source: Source, index: ChangingIndex, reader: bytes) -> Iterator[tuple[Post, Any]]:
    """The posts of a chunk; those that could not be read are read again while the index changes, or left out if forgotten."""
    posts = [(post, chunk.shared) for post in chunk.posts]
    while bad := {post.id: position for position, (post, _) in enumerate(posts) if post.problem and post.id}:
        out = index.forgotten()
        if not out.isdisjoint(bad):
            posts = [done for done in posts if not done[0].problem or done[0].id not in out]
            continue
        newer = index.newer_lines(bad)
        if newer is None:
            break
        for post_id, line in newer.items():
            if entry_of(line) is not None:
                _, again = read_chunk(0, source.task([(line, _may_want(source.wanted, post_id))], reader))
                posts[bad[post_id]] = again.posts[0], again.shared
    yield from posts


def _may_want(wanted: Filter, post_id: str) -> bool:
    return wanted.ids is None or post_id in wanted.ids


def _tasks(source: Source, reader: bytes) -> Iterator[tuple[int, Task]]:
    lines, wanted = index_lines(source.archive), source.wanted
    number = 0
    while chunk := list(islice(lines, _CHUNK)):
        jobs = [(line, True) for line in chunk]
        if wanted.ids is not None or wanted.without:
            ids = [id_of(line) or "" for line in chunk]
            jobs = [
                (line, _may_want(wanted, post_id))
                for line, post_id in zip(chunk, ids, strict=True)
                if post_id not in wanted.without
            ]
        yield number, source.task(jobs, reader)
        number += 1


def _in_order(workers: Workers, tasks: Iterator[tuple[int, Task]]) -> Iterator[Chunk]:
    waiting: dict[int, Chunk] = {}
    due = 0
    for number, done in workers.run(read_chunk, tasks):
        waiting[number] = done
        while due in waiting:
            yield waiting.pop(due)
            due += 1
