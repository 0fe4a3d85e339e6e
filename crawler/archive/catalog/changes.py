"""The order in which posts were added, changed and removed, so that a reader can follow an archive.

Every change of an index line gets a number that is never used again; the table has each post once, with its newest change.
A rebuild numbers only lines that differ, so the numbers survive it. A new catalog begins a new *epoch* of numbers.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from crawler.archive.catalog.sql_function import sql_function
from crawler.errors import CannotRun
from crawler.invocation import command

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

Kind = Literal["added", "changed", "gone", "forgotten"]
#: The catalog's number of the newest change that is certainly on the disk.
SYNCED = "synced_changes"
EPOCH = "epoch"
#: Stands in place of the digest of a post that the archive no longer has.
_NONE = ""
#: The beginning of a month, day or time, which people give by mistake.
_TIME = re.compile(r"\d{4}-\d\d(?:$|-)")
#: SQLite's integers have at most so many digits.
_TOKEN = re.compile(r"[0-9a-f]{1,15}-[0-9]{1,18}", re.ASCII)

_NOTE = """
INSERT OR REPLACE INTO changes (id, first, digest)
SELECT :id, coalesce((SELECT CASE first WHEN 0 THEN seq ELSE first END FROM changes WHERE id = :id), 0), :digest
WHERE NOT EXISTS (SELECT 1 FROM changes WHERE id = :id AND digest = :digest)
"""
_DIGEST = "line_digest(CAST(line AS BLOB))"
#: The limit, which is none, keeps SQLite from making each digest twice.
_NOTE_ALL = """
INSERT OR REPLACE INTO changes (id, first, digest)
SELECT new.id, coalesce(CASE old.first WHEN 0 THEN old.seq ELSE old.first END, 0), new.digest
FROM (SELECT id, {digest} AS digest FROM posts ORDER BY first_seen, id LIMIT -1) AS new
LEFT JOIN changes AS old ON old.id = new.id WHERE old.digest IS NOT new.digest
"""
_FORGET_OTHERS = f"""
INSERT OR REPLACE INTO changes (id, first, digest)
SELECT id, CASE first WHEN 0 THEN seq ELSE first END, '{_NONE}' FROM changes
WHERE digest != '{_NONE}' AND id NOT IN (SELECT id FROM posts) ORDER BY seq
"""
#: Withdraws changes that no reader has seen yet. A post that is read again then gets a new number.
WITHDRAW = (
    "DELETE FROM changes WHERE seq > :synced AND (first = 0 OR first > :synced)",
    f"UPDATE changes SET digest = '{_NONE}' WHERE seq > :synced",
)
_SINCE = """
SELECT seq, changes.id, first, digest, line FROM changes LEFT JOIN posts ON posts.id = changes.id
WHERE seq > ? AND seq <= ? ORDER BY seq
"""


class BadToken(CannotRun):
    """Raised for a text that is no token; its message is one line, which also shows how a token looks."""


@dataclass(frozen=True, slots=True)
class Token:
    """How far a reader has come: it has seen every change up to ``seq`` of an ``epoch``."""

    epoch: int = 0
    seq: int = 0

    @classmethod
    def read(cls, text: str) -> Token:
        """The token that :meth:`__str__` wrote. An empty text or ``0`` stands for a reader that has seen nothing.

        :raises BadToken: for any other text.
        """
        epoch, _, seq = text.partition("-")
        if text in ("", "0"):
            return cls()
        if _TIME.match(text):
            other = command("export --since")
            raise BadToken(
                f"--since {text}: a token is wanted, no time, for the catalog numbers changes and dates none; see {other}"
            )
        if not _TOKEN.fullmatch(text):
            printed = f"take the one of the last line that {command('changes')} printed"
            raise BadToken(f"--since {text}: that is no token; {printed}, or 0 for all")
        return cls(int(epoch, 16), int(seq))

    def __str__(self) -> str:
        return f"{self.epoch:x}-{self.seq}"


@dataclass(frozen=True, slots=True)
class Change:
    """One post's newest change. ``line`` is its index line, ``None`` if the post was forgotten."""

    kind: Kind
    id: str
    token: Token
    line: str | None


def line_digest(line: str) -> str:
    """A short digest that tells two lines of one post apart."""
    return _digest(line.encode())


def _digest(line: bytes) -> str:
    return hashlib.sha1(line, usedforsecurity=False).hexdigest()[:16]


def note(post_id: str, line: str | None) -> tuple[str, dict[str, str]]:
    """The statement, with its values, that numbers a post's line if it differs from the last one."""
    return _NOTE, {"id": post_id, "digest": _NONE if line is None else line_digest(line)}


def note_all(db: sqlite3.Connection, digest: str = _DIGEST) -> None:
    """Number every post whose line differs from its last change, in the index's order, and mark all changes as synced.

    :param digest: what gives the digest of a line in a row of ``posts``, in SQL.
    """
    with sql_function(db, "line_digest", _digest):
        db.execute(_NOTE_ALL.format(digest=digest))
    db.execute(_FORGET_OTHERS)
    db.execute("INSERT OR REPLACE INTO meta SELECT ?, coalesce(max(seq), 0) FROM changes", (SYNCED,))


def current(db: sqlite3.Connection) -> Token:
    """The token of a reader that has seen every synced change."""
    numbers = dict(db.execute("SELECT name, value FROM meta WHERE name IN (?, ?)", (EPOCH, SYNCED)).fetchall())
    return Token(numbers.get(EPOCH, 0), numbers.get(SYNCED, 0))


def since(db: sqlite3.Connection, token: Token) -> Iterator[Change]:
    """The changes after ``token``, in order, each post once. Changes that are not certainly on the disk come in a later call.

    A token of another epoch, or ahead of this catalog, counts as one that has seen nothing. A reader may get ``changed`` or
    ``forgotten`` for a post that it never had: it should add the one, and ignore the other.
    """
    newest = current(db)
    seen = token.seq if token.epoch == newest.epoch and token.seq <= newest.seq else 0
    for seq, post_id, first, digest, line in db.execute(_SINCE, (seen, newest.seq)):
        is_new = (first or seq) > seen
        if digest == _NONE or line is None:
            if is_new:
                continue  # the post came and went between two calls
            yield Change("forgotten", post_id, Token(newest.epoch, seq), None)
        elif is_new:
            yield Change("added", post_id, Token(newest.epoch, seq), line)
        else:
            kind: Kind = "gone" if '"status":"gone"' in line else "changed"
            yield Change(kind, post_id, Token(newest.epoch, seq), line)
