"""Reads some posts of an archive, perhaps in another process, and packs their rows for the format that is written."""

from __future__ import annotations

import hashlib
from contextlib import ExitStack
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple
from zoneinfo import ZoneInfo

from crawler.archive.entry import entry_of
from crawler.archive.regular import read_regular
from crawler.archive.taken_out import line_after_gap
from crawler.exporters.packing import pack_rows
from crawler.fields import names_of
from crawler.invocation import command
from crawler.sites.declared import load

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.exporters.filters import Filter
    from crawler.exporters.packing import Row
    from crawler.sites.site import Site
    from crawler.text.near import Signature
    from crawler.text.readings import Readings

#: What is read of a post: its text too, or its source and article alone.
Parts = Literal["text", "source"]


class Task(NamedTuple):
    """Some posts to read. ``lines``: each index line, and whether the export may want the post.

    ``signs``: whether each post's signature is needed, wanted or not. ``pack``: the format's way to pack rows (see
    :mod:`crawler.exporters.packing`). ``reader``: see :func:`crawler.text.readings.reader_version`; empty to store nothing.
    """

    archive: str
    lines: list[tuple[bytes, bool]]
    wanted: Filter
    parts: Parts
    signs: bool
    pack: str
    reader: bytes


class Post(NamedTuple):
    """What was read of one post. ``item`` is its packed row, ``None`` if it is not wanted or has a ``problem``.

    The line of an index that is none has no ``id``.
    """

    id: str
    path: str = ""
    first_seen: str = ""
    problem: str = ""
    signature: Signature = b""
    item: Any = None


class Chunk(NamedTuple):
    """Some posts, and what all their items share."""

    posts: list[Post]
    shared: Any = None


def read_chunk(number: int, task: Task) -> tuple[int, Chunk]:
    """Read some posts; gives the number back, since chunks come in any order."""
    entries = [entry_of(line) or entry_of(line_after_gap(line)) for line, _ in task.lines]
    takes = [
        entry is not None and may and task.wanted.takes(entry) for entry, (_, may) in zip(entries, task.lines, strict=True)
    ]
    rows: list[Row] = []
    posts: list[Post] = []
    with ExitStack() as stack:
        reader = _Reader(
            task, stack, [one for one, is_wanted in zip(entries, takes, strict=True) if one and (is_wanted or task.signs)]
        )
        for (line, _), entry, is_wanted in zip(task.lines, entries, takes, strict=True):
            if entry is None:
                posts.append(Post("", problem="cut short" if not line.endswith(b"\n") else "invalid"))
                continue
            problem, signature, row = reader.read(entry, is_wanted=is_wanted)
            if row is not None:
                rows.append(row)
            posts.append(
                Post(entry["id"], entry["path"], entry["first_seen"], problem, signature, None if row is None else row)
            )
    shared, items = pack_rows(task.pack, rows, _site(rows[0]["site"])) if rows else (None, rows)
    waiting = iter(items)
    return number, Chunk([post if post.item is None else post._replace(item=next(waiting)) for post in posts], shared)


class _Reader:
    """Reads posts, or finds what was read before."""

    def __init__(self, task: Task, stack: ExitStack, entries: list[Row]) -> None:
        self._task = task
        self._archive = Path(task.archive)
        self._names = names_of("index")
        #: Whether the text of posts is read at all: then the extra is installed that this takes.
        self._text = task.parts == "text" or task.signs or bool(task.wanted.query)
        self._store: Readings | None = None
        self._keys: dict[str, bytes] = {}
        self._known: Mapping[str, tuple[Signature, Row]] = {}
        if self._text and task.reader:
            from crawler.text.readings import Readings, reading_key  # noqa: PLC0415

            self._store = stack.enter_context(Readings(self._archive))
            self._keys = {entry["id"]: reading_key(task.reader, entry) for entry in entries}
            self._known = self._store.find(self._keys)

    def read(self, entry: Row, *, is_wanted: bool) -> tuple[str, Signature, Row | None]:
        """The problem of a post, its signature, and its row if it is wanted."""
        known = self._known.get(entry["id"])
        if not is_wanted and (known is not None or not self._task.signs):
            return "", known[0] if known else b"", None
        content, problem = source_content(f"{self._task.archive}/{entry['path']}", entry["sha256"])
        problem = problem or _lacks(entry, self._names)
        if problem:
            return problem, b"", None
        site = _site(entry["site"])
        row = entry | {"day": day(entry["date"], _zone(site.name)), "raw": content}
        if not self._text:
            return "", b"", row | {"body": site.article(content)}
        signature, reading = known or self._read(site, entry, content)
        if not is_wanted or (self._task.wanted.query and not self._task.wanted.finds(entry["title"], reading["text"])):
            return "", signature, None
        return "", signature, row | with_body(reading, content)

    def _read(self, site: Site, entry: Row, content: str) -> tuple[Signature, Row]:
        from crawler.text.near import signature  # noqa: PLC0415 - an extra has what it takes
        from crawler.text.reading import as_fields, read  # noqa: PLC0415

        reading = as_fields(read(site, content, entry["url"], entry["path"]))
        signed = signature(reading["text"])
        reading = without_body(reading, content)
        if self._store is not None:
            self._store.add(entry["id"], self._keys[entry["id"]], signed, reading)
        return signed, reading


def without_body(reading: Row, content: str) -> Row:
    """A reading in which the body is named by its place in the source post, if it stands there as it is."""
    body = reading["body"]
    start = content.rfind(body)
    return reading if start < 0 else reading | {"body": [start, start + len(body)]}


def with_body(reading: Row, content: str) -> Row:
    """The reading of which :func:`without_body` made this one.

    >>> with_body(without_body({"body": "ab"}, "-ab-"), "-ab-"), with_body(without_body({"body": "c"}, "-ab-"), "-ab-")
    ({'body': 'ab'}, {'body': 'c'})
    """
    place = reading["body"]
    return reading if isinstance(place, str) else reading | {"body": content[place[0] : place[1]]}


def _lacks(entry: Row, names: tuple[str, ...]) -> str:
    """The problem of an index line that lacks fields; empty if it lacks none."""
    if all(map(entry.__contains__, names)):
        return ""
    mend = command(f"rebuild {entry['site']}")
    lacking = ", ".join(sorted(set(names) - entry.keys()))
    return f"its line of the index lacks {lacking}, as one of an earlier version does; make it anew: {mend}"


def source_content(path: str, sha256: str) -> tuple[str, str]:
    """The content of a source post, and what is wrong with it if it has not this digest; one of both is empty."""
    try:
        data = read_regular(path)
        if hashlib.sha256(data).hexdigest() != sha256:
            return "", f"is not what the index says; if a run is going on, export again, else: {command('verify')}"
        return data.decode(), ""
    except (OSError, UnicodeDecodeError) as error:
        return "", f"cannot be read: {error.strerror if isinstance(error, OSError) else error}"


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
