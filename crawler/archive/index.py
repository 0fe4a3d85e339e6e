"""``index.jsonl``: one line a post, no ID twice, readable at any moment, in the order of ``first_seen``, then ``id``.

A run's lines go to a journal beside it first. When the run ends, the lines of new posts are appended in their order, or, if
posts changed or come before the last one, the index is replaced whole; so a reader never meets an ID twice,
a crash loses no line, and the same captures give the same index whatever order a crawl was answered in.

A large index is replaced once a day only, for writing it takes seconds: until then the lines of changed posts stay in the
journal, and whoever needs the newest reads that, too.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from crawler import clock
from crawler.archive import changes
from crawler.archive.entry import entry_of
from crawler.archive.lines import cut_torn_line, is_line_start, json_line, key, last_key, lines
from crawler.archive.paths import JOURNAL
from crawler.atomic import append, atomic, write_whole
from crawler.invocation import command

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from crawler.archive.catalog import Catalog

#: The catalog's numbers: up to which byte it knows either file, which of its rows is the newest that is on disk for
#: certain, and when the index was replaced last (seconds since 1970).
INDEX_SIZE, _JOURNAL_SIZE, SYNCED, _REPLACED = "index_size", "journal_size", "synced_posts", "index_replaced"
_DAY = 86_400


class Index:
    """The index of one archive and the catalog's copy of its lines.

    ``large``: from how many bytes on it is replaced once a day only.
    """

    def __init__(self, path: Path, catalog: Catalog, *, large: int = 64_000_000) -> None:
        self.path = path
        self.journal = path.with_name(JOURNAL)
        #: Posts of a run that was cut short: their captures may not be on the disk, so they have to be made anew.
        self.doubtful: list[str] = []
        self._catalog = catalog
        self._large = large
        self._fd = -1
        self._forgot = False
        self._recovered = False

    def recover(self) -> list[str]:
        """Mend a torn last line, tell the catalog what it missed, find the posts that are :attr:`doubtful`."""
        mended, self._recovered = [], True
        for path in (self.path, self.journal):
            torn = cut_torn_line(path)
            if torn:
                mended.append(f"{path.name}: {torn} bytes of an unfinished line cut off its end")
        if self._catalog.number(INDEX_SIZE) > 0 and not self._known(self.path, INDEX_SIZE):
            self._restore()
            mended.append(f"{self.path.name} was not what it had been: written again from the catalog")
        bad = self._catch_up()
        if bad:
            self._replace()
            mended.append(
                f"{self.path.name}: {bad} lines that are none of an index left out; {command('rebuild')} makes what they were"
            )
        self.doubtful = self._catalog.posts_after(self._catalog.number(SYNCED))
        if self.doubtful:
            mended.append(f"{len(self.doubtful)} posts of an unfinished run were looked at again")
        return mended

    def _catch_up(self) -> int:
        """Tell the catalog the lines that it does not know; gives the number of those that are none."""
        known = self._known(self.path, INDEX_SIZE)
        if not known:
            self._catalog.forget_posts()
            self._catalog.set_number(_JOURNAL_SIZE, 0)
        bad = self._read(self.path, known, INDEX_SIZE)
        if not known:  # what stands in the index was on the disk before it
            self._note_synced()
        return bad + self._read(self.journal, self._known(self.journal, _JOURNAL_SIZE), _JOURNAL_SIZE)

    def _known(self, path: Path, number: str) -> int:
        """Up to which byte the catalog knows a file; 0 if that is not the file it knew."""
        known, size = self._catalog.number(number), path.stat().st_size if path.exists() else 0
        return known if known <= size and is_line_start(path, known) else 0

    def _read(self, path: Path, offset: int, number: str) -> int:
        bad = 0
        for line in lines(path, offset):
            entry = entry_of(line)
            if entry is None:
                bad += 1
            else:
                self._note(entry, line)
        self._catalog.set_number(number, path.stat().st_size if path.exists() else 0)
        return bad

    def _note(self, post: dict[str, Any], line: bytes) -> None:
        self._catalog.set_post(post, line.decode().rstrip("\n"))

    def write(self, entry: dict[str, Any]) -> None:
        """Journal the line of a new or changed post.

        :raises OSError: if the disk does not take it whole; nothing of it is kept then.
        """
        line = json_line(entry)
        if self._fd < 0:
            self._fd = os.open(self.journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o644)
        size = os.fstat(self._fd).st_size
        try:
            write_whole(self._fd, line, f"{self.journal}: a line")
        except OSError:
            os.ftruncate(self._fd, size)
            raise
        self._note(entry, line)
        self._catalog.set_number(_JOURNAL_SIZE, size + len(line))

    def forget(self, post_id: str) -> None:
        """Leave out a post that no capture gives."""
        self._catalog.forget_post(post_id)
        self._forgot = True

    def merge(self) -> None:
        """Bring all that the journal holds into the index at once."""
        if self.journal.exists():
            self._replace()

    def close(self) -> None:
        """Bring this run's lines into the index and make it durable; whoever calls has seen to files and captures."""
        if self._fd >= 0:
            os.fsync(self._fd)
            os.close(self._fd)
            self._fd = -1
        if self.doubtful or not self._recovered:
            return  # what nobody has made anew stays where the next run looks for it
        if self.journal.exists() or self._forgot:
            self._merge()
        self._note_synced()

    def _note_synced(self) -> None:
        """Whatever is noted by now is on the disk for certain."""
        self._catalog.set_number(SYNCED, self._catalog.last_post_row())
        self._catalog.set_number(changes.SYNCED, self._catalog.last_change())

    def _merge(self) -> None:
        last = last_key(self.path)
        waiting = [(key(line), line) for line in lines(self.journal)]
        times = Counter(found for found, _ in waiting)
        new = [pair for pair in waiting if pair[0] > last and times[pair[0]] == 1]
        if self._forgot or not self._is_whole() or (len(new) < len(waiting) and self._may_replace()):
            self._replace()
            return
        self._append(sorted(new))
        self._keep([line for found, line in waiting if found <= last or times[found] > 1])

    def _is_whole(self) -> bool:
        size = self.path.stat().st_size if self.path.exists() else 0
        return size == self._catalog.number(INDEX_SIZE)

    def _may_replace(self) -> bool:
        age = clock.now().timestamp() - self._catalog.number(_REPLACED)
        return self._catalog.number(INDEX_SIZE) < self._large or not 0 <= age < _DAY

    def _append(self, new: list[tuple[tuple[str, str], bytes]]) -> None:
        if new:
            self._catalog.set_number(INDEX_SIZE, append(self.path, (line for _, line in new)))

    def _keep(self, waiting: list[bytes]) -> None:
        """Leave these lines, and no others, in the journal."""
        if not waiting:
            self.journal.unlink()
        elif sum(map(len, waiting)) < self.journal.stat().st_size:
            with atomic(self.journal) as file:
                file.writelines(waiting)
        self._catalog.set_number(_JOURNAL_SIZE, sum(map(len, waiting)))

    def _replace(self) -> None:
        """Write the index anew from the catalog's lines, in its order; the journal is part of it then."""
        self._restore()
        self.journal.unlink(missing_ok=True)
        self._catalog.set_number(_JOURNAL_SIZE, 0)
        self._catalog.set_number(_REPLACED, int(clock.now().timestamp()))
        self._forgot = False

    def _restore(self) -> None:
        self._catalog.commit()
        self._catalog.set_number(INDEX_SIZE, write_index(self.path, self._catalog.post_lines()))


def is_cut_short(journal: Path, catalog: Catalog | None) -> bool:
    """Whether a journal is more than what a large index leaves there until it is replaced, as far as a catalog tells."""
    if catalog is None or not journal.exists():
        return journal.exists()
    return catalog.number(_JOURNAL_SIZE) != journal.stat().st_size or catalog.last_post_row() > catalog.number(SYNCED)


def write_index(path: Path, posts: Iterable[str]) -> int:
    """Write an index anew, whole or not at all, of its posts' lines in their order; gives its size.

    :raises OSError: if the disk does not take it.
    """
    with atomic(path) as file:
        file.writelines(line.encode() + b"\n" for line in posts)
        return file.tell()
