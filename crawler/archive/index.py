"""``index.jsonl``: one line a post, no ID twice, readable at any moment.

New posts are appended. A changed post's line goes to a journal beside it first, and the journal is merged
when the run ends by replacing the index whole; so a reader never meets an ID twice, and a crash loses no line.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import orjson

from crawler.archive.catalog import Catalog


class Index:
    """The index of one archive and the catalog's copy of its lines."""

    def __init__(self, path: Path, catalog: Catalog) -> None:
        self.path = path
        self.journal = path.with_name("index.changes.jsonl")
        self._catalog = catalog
        self._fd = -1
        self._journal_fd = -1
        self._size = 0

    def recover(self) -> list[str]:
        """Mend a torn last line, merge what a crash left in the journal, tell the catalog what it missed."""
        mended = []
        for path in (self.path, self.journal):
            torn = _cut_torn_line(path)
            if torn:
                mended.append(f"{path.name}: {torn} bytes of an unfinished line cut off its end")
        self._catch_up()
        if self.journal.exists():
            mended.append(f"{self.merge()} changed posts of an unfinished run merged into {self.path.name}")
        return mended

    def _catch_up(self) -> None:
        size = self.path.stat().st_size if self.path.exists() else 0
        known = self._catalog.number("index_size")
        if known > size or known != _line_start(self.path, known):
            self._catalog.forget_posts()
            known = 0
        for line in _lines(self.path, known):
            self._note(line)
        self._catalog.set_number("index_size", size)
        self._size = size

    def _note(self, line: bytes) -> None:
        post = orjson.loads(line)
        self._catalog.set_post(post, line.decode().rstrip("\n"))

    def write(self, entry: dict[str, object], *, changed: bool) -> None:
        """Append the line of a new post, or journal that of a changed one."""
        line = orjson.dumps(entry, option=orjson.OPT_APPEND_NEWLINE)
        if changed:
            self._journal_fd = self._append(self._journal_fd, self.journal, line)
        else:
            self._fd = self._append(self._fd, self.path, line)
            self._size += len(line)
            self._catalog.set_number("index_size", self._size)
        self._note(line)

    @staticmethod
    def _append(fd: int, path: Path, line: bytes) -> int:
        if fd < 0:
            fd = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        size = os.fstat(fd).st_size
        if os.write(fd, line) != len(line):
            os.ftruncate(fd, size)
            raise OSError(f"{path}: a line could not be written whole; is the disk full?")
        return fd

    def merge(self) -> int:
        """Replace the index by one with the journal's lines in their posts' places; gives their number."""
        changes = {orjson.loads(line)["id"]: line for line in _lines(self.journal, 0)}
        number = len(changes)
        for line in changes.values():
            self._note(line)
        temporary = self.path.with_name("index.jsonl.tmp")
        with temporary.open("wb") as file:
            for line in _lines(self.path, 0):
                file.write(changes.pop(orjson.loads(line)["id"], line))
            for line in changes.values():
                file.write(line)
            file.flush()
            os.fsync(file.fileno())
            self._size = file.tell()
        temporary.replace(self.path)
        self.journal.unlink()
        self._catalog.set_number("index_size", self._size)
        return number

    def close(self) -> None:
        """Merge this run's changes and make the index durable."""
        for fd in (self._fd, self._journal_fd):
            if fd >= 0:
                os.fsync(fd)
                os.close(fd)
        if self._journal_fd >= 0:
            self.merge()
        self._fd = self._journal_fd = -1


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
