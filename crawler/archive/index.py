"""``index.jsonl``: one line a post, no ID twice, readable at any moment, in the order of ``first_seen``, then ``id``.

A run's lines go to a journal beside it first. When the run ends, the lines of new posts are appended in their order, or, if
posts changed or come before the last one, the index is replaced whole; so a reader never meets an ID twice,
a crash loses no line, and the same captures give the same index whatever order a crawl was answered in.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import orjson

from crawler.archive.catalog import Catalog


class Index:
    """The index of one archive and the catalog's copy of its lines."""

    def __init__(self, path: Path, catalog: Catalog) -> None:
        self.path = path
        self.journal = path.with_name("index.changes.jsonl")
        self._catalog = catalog
        self._fd = -1
        self._last = ("", "")

    def recover(self) -> list[str]:
        """Mend a torn last line, merge what a crash left in the journal, tell the catalog what it missed."""
        mended = []
        for path in (self.path, self.journal):
            torn = _cut_torn_line(path)
            if torn:
                mended.append(f"{path.name}: {torn} bytes of an unfinished line cut off its end")
        bad = self._catch_up()
        if bad:
            self._replace()
            mended.append(
                f"{self.path.name}: {bad} lines that are none of an index left out; scrapy rebuild makes what they were"
            )
        if self.journal.exists():
            lines = [(orjson.loads(line), line) for line in _lines(self.journal, 0)]
            for post, line in lines:
                self._note(post, line)
            self._replace()
            mended.append(f"{len({post['id'] for post, _ in lines})} posts of an unfinished run merged into {self.path.name}")
        return mended

    def _catch_up(self) -> int:
        """Tell the catalog the lines that it does not know; gives the number of those that are none."""
        bad = 0
        size = self.path.stat().st_size if self.path.exists() else 0
        known = self._catalog.number("index_size")
        if known > size or known != _line_start(self.path, known):
            self._catalog.forget_posts()
            known = 0
        for line in _lines(self.path, known):
            try:
                self._note(orjson.loads(line), line)
            except (orjson.JSONDecodeError, KeyError, TypeError):
                bad += 1
        self._catalog.set_number("index_size", size)
        return bad

    def _note(self, post: dict[str, Any], line: bytes) -> None:
        self._catalog.set_post(post, line.decode().rstrip("\n"))

    def write(self, entry: dict[str, Any]) -> None:
        """Journal the line of a new or changed post.

        :raises OSError: if the disk does not take it whole; nothing of it is kept then.
        """
        line = orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE)
        if self._fd < 0:
            self._last = self._catalog.last_post()
            self._fd = os.open(self.journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        size = os.fstat(self._fd).st_size
        try:
            if os.write(self._fd, line) != len(line):
                raise OSError(f"{self.journal}: a line could not be written whole; is the disk full?")
        except OSError:
            os.ftruncate(self._fd, size)
            raise
        self._note(entry, line)

    def close(self) -> None:
        """Bring this run's lines into the index and make it durable."""
        if self._fd < 0:
            return
        os.fsync(self._fd)
        os.close(self._fd)
        self._fd = -1
        new = [(_key(line), line) for line in _lines(self.journal, 0)]
        keys = {key for key, _ in new}
        if len(keys) == len(new) and min(keys) > self._last and self._is_whole():
            self._append(sorted(new))
        else:
            self._replace()

    def _is_whole(self) -> bool:
        size = self.path.stat().st_size if self.path.exists() else 0
        return size == self._catalog.number("index_size")

    def _append(self, lines: list[tuple[tuple[str, str], bytes]]) -> None:
        with self.path.open("ab") as file:
            for _, line in lines:
                file.write(line)
            file.flush()
            os.fsync(file.fileno())
            self._catalog.set_number("index_size", file.tell())
        self.journal.unlink()

    def _replace(self) -> None:
        """Write the index anew from the catalog's lines, in its order."""
        self._catalog.commit()
        temporary = self.path.with_name("index.jsonl.tmp")
        with temporary.open("wb") as file:
            for line in self._catalog.post_lines():
                file.write(line.encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())
            self._catalog.set_number("index_size", file.tell())
        temporary.replace(self.path)
        self.journal.unlink(missing_ok=True)


def _key(line: bytes) -> tuple[str, str]:
    post = orjson.loads(line)
    return post["first_seen"], post["id"]


def _lines(path: Path, offset: int) -> Iterator[bytes]:
    if not path.exists():
        return
    with path.open("rb") as file:
        file.seek(offset)
        yield from file


def _line_start(path: Path, offset: int) -> int:
    """``offset`` if a line starts there, otherwise -1."""
    if offset == 0:
        return 0
    with path.open("rb") as file:
        file.seek(offset - 1)
        return offset if file.read(1) == b"\n" else -1


def _cut_torn_line(path: Path) -> int:
    """Cut what follows the last newline; gives the number of bytes cut."""
    if not path.exists() or not (size := path.stat().st_size):
        return 0
    with path.open("rb+") as file:
        end = size
        while end > 0:
            start = max(0, end - 65536)
            file.seek(start)
            newline = file.read(end - start).rfind(b"\n")
            if newline >= 0:
                end = start + newline + 1
                break
            end = start
        if end < size:
            file.truncate(end)
    return size - end
