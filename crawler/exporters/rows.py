"""The rows of which every export is made: one row per post, with all fields of its index line and of its text.

Several processes read the posts, and the rows come in the index's order. A few hundred are in memory at a time.
"""

from __future__ import annotations

import hashlib
import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import asdict, dataclass, field
from datetime import datetime
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias
from zoneinfo import ZoneInfo

import orjson

from crawler.archive.entry import entry_of
from crawler.archive.lines import index_lines
from crawler.archive.paths import INDEX
from crawler.exporters.changing import ChangingIndex
from crawler.exporters.filters import Filter
from crawler.exporters.stories import NoStories, Stories
from crawler.fields import names_of
from crawler.invocation import command
from crawler.sites.declared import load

if TYPE_CHECKING:
    from crawler.batch.run import Workers
    from crawler.text.near import Signature

#: How many posts a process reads at a time.
_CHUNK = 64
Row = dict[str, Any]
#: What is read of a post: its text too, or its source and article alone.
Parts = Literal["text", "source"]
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

    @property
    def parts(self) -> Parts:
        """What is read of a post."""
        return "text" if self.text else "source"


def rows(source: Source, workers: Workers, progress: Progress, lost: Lost) -> Iterator[Row]:
    """The rows, in the index's order. A post that cannot be read is added to ``lost``, and the others follow.

    A post that a run changes meanwhile is read as it is then.

    :param workers: the caller has entered them by ``with``.
    """
    total, done, names = sum(1 for _ in index_lines(source.archive)), 0, names_of("export")
    index = ChangingIndex(source.archive)
    with closing(Stories(source.archive) if source.groups else NoStories()) as stories:
        for chunk in _in_order(workers, _tasks(source, stories, lost, index)):
            for entry, row, found, problem in _settled(chunk, source, index):
                done += 1
                group = stories.group(entry, found)
                if problem:
                    lost.posts.append((entry["path"], problem))
                elif row is not None:
                    fields = row | group
                    yield {name: fields[name] for name in names if name in fields}
            progress("posts", done, total)


def newest_ids(archive: Path, wanted: Filter, number: int) -> frozenset[str]:
    """The IDs of the posts that were published last, among those whose index line a filter takes."""
    entries = filter(None, map(entry_of, index_lines(archive)))
    times = ((datetime.fromisoformat(entry["date"]), entry["id"]) for entry in entries if wanted.takes(entry))
    return frozenset(post_id for _, post_id in heapq.nlargest(number, times))


Task = tuple[int, str, list[tuple[bytes, bool, bool]], str, Parts]
Done: TypeAlias = "list[tuple[Row, Row | None, Signature | None, str]]"


def _settled(chunk: Done, source: Source, index: ChangingIndex) -> Done:
    """The posts of a chunk; those that could not be read are read again while the index changes, or left out if forgotten."""
    while bad := {entry["id"]: position for position, (entry, _, _, problem) in enumerate(chunk) if problem}:
        out = index.forgotten()
        if not out.isdisjoint(bad):
            chunk = [done for done in chunk if not done[3] or done[0]["id"] not in out]
            continue
        newer = index.newer_lines(bad)
        if newer is None:
            break
        for post_id, line in newer.items():
            entry = entry_of(line)
            if entry is not None:
                job = (line, source.wanted.takes(entry), source.groups)
                _, again = read_chunk(0, str(source.archive), [job], source.wanted.query, source.parts)
                chunk[bad[post_id]] = again[0]
    return chunk


def _tasks(source: Source, stories: NoStories, lost: Lost, index: ChangingIndex) -> Iterator[Task]:
    lines = index_lines(source.archive)
    number = 0
    while chunk := list(islice(lines, _CHUNK)):
        jobs = []
        for line in chunk:
            entry = entry_of(line)
            if entry is None:
                if line.endswith(b"\n") or not index.is_written:  # else a run is just writing it
                    lost.posts.append((INDEX, "a line is none of an index; the next run mends it"))
            elif entry["id"] not in source.wanted.without:
                jobs.append((line, source.wanted.takes(entry), not stories.is_known(entry["sha256"])))
        yield number, str(source.archive), jobs, source.wanted.query, source.parts
        number += 1


def _in_order(workers: Workers, tasks: Iterator[Task]) -> Iterator[Done]:
    waiting: dict[int, Done] = {}
    due = 0
    for number, done in workers.run(read_chunk, tasks):
        waiting[number] = done
        while due in waiting:
            yield waiting.pop(due)
            due += 1


def read_chunk(
    number: int, archive: str, jobs: Iterable[tuple[bytes, bool, bool]], query: str, parts: Parts = "text"
) -> tuple[int, Done]:
    """Read some posts, perhaps in another process.

    It gives for each post its index line, its row if it is wanted, its signature if one is needed, and what went wrong.
    """
    done: Done = []
    known = set(names_of("index"))
    for line, is_wanted, is_signed in jobs:
        entry = orjson.loads(line)
        if not is_wanted and not is_signed:
            done.append((entry, None, None, ""))
            continue
        content, problem = _content(Path(archive) / entry["path"], entry["sha256"])
        problem = problem or _lacks(known - entry.keys(), entry["site"])
        if problem:
            done.append((entry, None, None, problem))
            continue
        row = _row(entry, content, text=parts == "text" or is_signed or bool(query))
        found = _signature(row["text"]) if is_signed else None
        takes = is_wanted and (not query or Filter(query=query).finds(entry["title"], row["text"]))
        done.append((entry, row if takes else None, found, ""))
    return number, done


def _lacks(names: set[str], site: str) -> str:
    """The problem of an index line that lacks these fields; empty if it lacks none."""
    mend = command(f"rebuild {site}")
    lacking = ", ".join(sorted(names))
    return lacking and f"its line of the index lacks {lacking}, as one of an earlier version does; make it anew: {mend}"


def _signature(text: str) -> Signature:
    from crawler.text.near import signature  # noqa: PLC0415 - an extra has what it takes

    return signature(text)


def _content(path: Path, sha256: str) -> tuple[str, str]:
    try:
        data = path.read_bytes()
        if hashlib.sha256(data).hexdigest() != sha256:
            return "", f"is not what the index says; if a run is going on, export again, else: {command('verify')}"
        return data.decode(), ""
    except (OSError, UnicodeDecodeError) as error:
        return "", f"cannot be read: {error}"


_site = cache(load)


@cache
def _zone(site: str) -> ZoneInfo:
    return ZoneInfo(_site(site).zone)


def day(date: str, site_zone: ZoneInfo) -> str:
    """The day (``YYYY-MM-DD``) of a time with offset, in a zone.

    >>> day("2022-03-01T20:00:00+00:00", ZoneInfo("Asia/Shanghai")), day("9999-12-31T23:59:59-08:00", ZoneInfo("Asia/Shanghai"))
    ('2022-03-02', '9999-12-31')
    """
    time = datetime.fromisoformat(date)
    try:
        return time.astimezone(site_zone).date().isoformat()
    except OverflowError:  # the next day has no date that Python can write
        return time.date().isoformat()


def _row(entry: Row, content: str, *, text: bool) -> Row:
    """An index line with the fields that are read out of the source post."""
    site = _site(entry["site"])
    row = entry | {"day": day(entry["date"], _zone(site.name)), "raw": content}
    if not text:
        return row | {"body": site.article(content)}
    from crawler.text.reading import read  # noqa: PLC0415 - an extra has what it takes

    reading = asdict(read(site, content, entry["url"], entry["path"]))
    del reading["html"]  # no row has it, and sending it to another process costs time
    return row | reading
