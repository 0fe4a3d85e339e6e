"""``index.jsonl``: one line a post, no ID twice, readable at any moment, ordered by ``first_seen``, then ``id``.

A run writes its lines to a journal beside the index first. When the run ends, lines of new posts are appended in their order;
if posts changed, or belong before the last line, the whole index is replaced. So a reader never meets an ID twice, a crash
loses no line, and the same captures give the same index in whatever order a crawl was answered.

A large index is replaced only once a day, since writing it takes seconds. Until then the lines of changed posts stay in the
journal, and readers that need the newest lines read the journal, too; and where the line of a forgotten post was are blanks.
"""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING, Any

from crawler import clock
from crawler.archive.catalog import changes
from crawler.archive.entry import entry_of
from crawler.archive.lines import cut_torn_line, id_of, is_line_start, json_line, key, last_key, lines, write_index
from crawler.archive.paths import JOURNAL
from crawler.archive.taken_out import close_gaps, is_rest_of, overwrite, span_of
from crawler.atomic import append, append_whole, atomic, sync
from crawler.counted import counted
from crawler.invocation import command

if TYPE_CHECKING:
    from pathlib import Path

    from crawler.archive.catalog.catalog import Catalog

#: Numbers in the catalog: how many bytes of either file it covers, the newest row of ``posts`` that is certainly on the disk,
#: and when the index was replaced last (seconds since 1970).
INDEX_SIZE, _JOURNAL_SIZE, SYNCED, _REPLACED = "index_size", "journal_size", "synced_posts", "index_replaced"
#: Numbers in the catalog: offset and length (or 0) of a line that is just being overwritten, the row that has this line, and
#: how many bytes were overwritten.
_GAP_AT, _GAP_LENGTH, _GAP_ROW, _BLANKS = "index_gap_at", "index_gap_length", "index_gap_row", "index_has_gaps"
_DAY, _MOST_BLANKS = 86_400, 500_000  # some readers take no line that is longer than a megabyte


class Index:
    """The index of one archive, kept together with the catalog's copy of its lines.

    An index of ``large`` bytes or more is replaced only once a day.
    """

    def __init__(self, path: Path, catalog: Catalog, *, large: int = 64_000_000) -> None:
        self.path = path
        self.journal = path.with_name(JOURNAL)
        #: IDs of posts of a run that was cut short. Their captures may be lost, so they have to be derived again.
        self.unconfirmed: list[str] = []
        self._catalog = catalog
        self._large = large
        self._fd = -1
        self._forgot = False
        self._has_taken_out = False
        self._recovered = False

    def recover(self) -> list[str]:
        """Cut torn last lines, add missing lines to the catalog and find the :attr:`unconfirmed` posts.

        Returns what was repaired, a line each.
        """
        repaired, self._recovered = [], True
        self._overwrite_again()
        for path in (self.path, self.journal):
            torn = cut_torn_line(path)
            if torn:
                repaired.append(f"{path.name}: {counted(torn, 'byte')} of an unfinished line cut off its end")
        if self._catalog.number(INDEX_SIZE) > 0 and not self._known(self.path, INDEX_SIZE):
            self._restore()
            repaired.append(f"{self.path.name} was not what it had been: written again from the catalog")
        bad = self._catch_up()
        if bad:
            self._replace()
            repaired.append(
                f"{self.path.name}: {counted(bad, 'invalid line')} left out; {command('rebuild')} makes what they were"
            )
        self.unconfirmed = self._catalog.posts_after(self._catalog.number(SYNCED))
        if self.unconfirmed:
            were = "was" if len(self.unconfirmed) == 1 else "were"
            repaired.append(f"{counted(len(self.unconfirmed), 'post')} of an unfinished run {were} looked at again")
        return repaired

    def _catch_up(self) -> int:
        """Add the lines that the catalog lacks to it and return the number of invalid ones."""
        known = self._known(self.path, INDEX_SIZE)
        if not known:
            self._catalog.forget_posts()
            self._catalog.set_number(_JOURNAL_SIZE, 0)
        bad = self._read(self.path, known, INDEX_SIZE)
        if not known:  # captures and files are synced before a line gets into the index
            self._mark_synced()
        return bad + self._read(self.journal, self._known(self.journal, _JOURNAL_SIZE), _JOURNAL_SIZE)

    def _known(self, path: Path, number: str) -> int:
        """How many bytes of a file the catalog covers; 0 if the file is not the one that it covered."""
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
        self._catalog.set_post(post, line.decode().strip(" \n"))

    def write(self, entry: dict[str, Any]) -> None:
        """Write the line of a new or changed post to the journal and to the catalog.

        :raises OSError: if the line cannot be written whole; nothing of it is kept.
        """
        line = json_line(entry)
        if self._fd < 0:
            self._fd = os.open(self.journal, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
        size = append_whole(self._fd, line, os.fstat(self._fd).st_size, f"{self.journal}: a line")
        self._note(entry, line)
        self._catalog.set_number(_JOURNAL_SIZE, size)

    def forget(self, post_id: str) -> None:
        """Remove a post, and have :meth:`close` replace the index."""
        self._catalog.forget_post(post_id)
        self._forgot = True

    def take_out(self, post_id: str) -> None:
        """Remove a post for good: from now on, index and journal have no line of it, also after a power cut."""
        line = self._catalog.post_line(post_id)
        span = span_of(self.path, post_id, key(line.encode())[0]) if line is not None else None
        if span is not None:
            self._catalog.set_number(_GAP_ROW, self._catalog.row_of_post(post_id))
            self._overwrite(*span)
        self._sync_journal()
        waiting = list(lines(self.journal))
        kept = [one for one in waiting if id_of(one) != post_id]
        if len(kept) < len(waiting):
            self._keep(kept)
            sync(self.journal.parent)
        self._catalog.forget_post(post_id)
        self.unconfirmed = [one for one in self.unconfirmed if one != post_id]
        self._has_taken_out = True

    def _overwrite(self, offset: int, length: int) -> None:
        """Overwrite a line; if that is cut short, :meth:`recover` does it again, for a half overwritten one is none."""
        self._catalog.set_number(_GAP_AT, offset)
        self._catalog.set_number(_GAP_LENGTH, length)
        self._catalog.commit(durable=True)
        self._catalog.set_number(INDEX_SIZE, overwrite(self.path, (offset, length)))
        self._catalog.set_number(_GAP_LENGTH, 0)
        self._catalog.set_number(_BLANKS, self._catalog.number(_BLANKS) + length)

    def _overwrite_again(self) -> None:
        offset, length = self._catalog.number(_GAP_AT), self._catalog.number(_GAP_LENGTH)
        if length and self.path.exists() and self.path.stat().st_size in (self._catalog.number(INDEX_SIZE), offset):
            if is_rest_of(self.path, (offset, length), self._catalog.line_in_row(self._catalog.number(_GAP_ROW))):
                self._overwrite(offset, length)
            else:  # the index, or the post, was written since: the catalog has each line as it should be
                self._restore()
        self._catalog.set_number(_GAP_LENGTH, 0)

    def merge(self) -> None:
        """Bring every line of the journal into the index now."""
        if self.journal.exists():
            self._replace()

    def close(self) -> None:
        """Bring this run's lines into the index, durably. The caller has synced source posts and captures before."""
        self._sync_journal()
        if self._recovered and self.journal.exists():  # Ctrl-C may have come between a line and its row
            self._read(self.journal, self._known(self.journal, _JOURNAL_SIZE), _JOURNAL_SIZE)
        blanks = self._catalog.number(_BLANKS)
        if self._recovered and blanks and (self._catalog.number(INDEX_SIZE) < self._large or blanks > _MOST_BLANKS):
            self._catalog.set_number(INDEX_SIZE, close_gaps(self.path))
            self._catalog.set_number(_BLANKS, 0)
        if self.unconfirmed or not self._recovered:
            return  # unconfirmed lines stay in the journal for the next run
        if self.journal.exists() or self._forgot:
            self._merge()
        self._mark_synced()

    def _sync_journal(self) -> None:
        if self._fd >= 0:
            os.fsync(self._fd)
            os.close(self._fd)
            self._fd = -1

    def _mark_synced(self) -> None:
        """Record that all posts and changes up to now are certainly on the disk."""
        self._catalog.set_number(SYNCED, self._catalog.last_post_row())
        self._catalog.set_number(changes.SYNCED, self._catalog.last_change())

    def _merge(self) -> None:
        last = last_key(self.path)
        waiting = [(key(line), line) for line in lines(self.journal)]
        # By ID alone: an earlier capture that came later gives the second line of a post another ``first_seen``.
        times = Counter(post_id for (_, post_id), _ in waiting)
        new = [pair for pair in waiting if pair[0] > last and times[pair[0][1]] == 1]
        if self._forgot or not self._is_whole() or (len(new) < len(waiting) and self._may_replace()):
            self._replace()
            return
        self._append(sorted(new))
        self._keep([line for found, line in waiting if found <= last or times[found[1]] > 1])

    def _is_whole(self) -> bool:
        size = self.path.stat().st_size if self.path.exists() else 0
        return size == self._catalog.number(INDEX_SIZE)

    def _may_replace(self) -> bool:
        age = clock.now().timestamp() - self._catalog.number(_REPLACED)
        is_due = not 0 <= age < _DAY and not self._has_taken_out  # ``scrapy forget`` does not wait for it
        return self._catalog.number(INDEX_SIZE) < self._large or is_due

    def _append(self, new: list[tuple[tuple[str, str], bytes]]) -> None:
        if new:
            self._catalog.set_number(INDEX_SIZE, append(self.path, (line for _, line in new)))

    def _keep(self, waiting: list[bytes]) -> None:
        """Reduce the journal to these lines."""
        if not waiting:
            self.journal.unlink()
        elif sum(map(len, waiting)) < self.journal.stat().st_size:
            with atomic(self.journal) as file:
                file.writelines(waiting)
        self._catalog.set_number(_JOURNAL_SIZE, sum(map(len, waiting)))

    def _replace(self) -> None:
        """Write the whole index from the catalog, which has the journal's lines as well, and empty the journal."""
        self._restore()
        self.journal.unlink(missing_ok=True)
        self._catalog.set_number(_JOURNAL_SIZE, 0)
        self._catalog.set_number(_REPLACED, int(clock.now().timestamp()))
        self._forgot = False

    def _restore(self) -> None:
        self._catalog.commit()
        self._catalog.set_number(INDEX_SIZE, write_index(self.path, self._catalog.post_lines()))
        self._catalog.set_number(_BLANKS, 0)


def is_cut_short(journal: Path, catalog: Catalog | None) -> bool:
    """Whether a journal has lines of a run that was cut short, besides those that wait until a large index is replaced."""
    if catalog is None or not journal.exists():
        return journal.exists()
    return catalog.number(_JOURNAL_SIZE) != journal.stat().st_size or catalog.last_post_row() > catalog.number(SYNCED)
