"""What an export that can be brought up to date says of itself: how far it goes, and which posts it takes."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.archive.changes import Token
from crawler.errors import CannotRun
from crawler.exporters.place import MARK

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Stand:
    """All changes of an archive up to ``token``, of the posts that a filter takes, as :meth:`Filter.said` says it."""

    token: Token
    filter: str

    def about(self) -> dict[str, str]:
        """As an export keeps it."""
        return {"token": str(self.token), "filter": self.filter}

    @classmethod
    def read(cls, about: dict[str, Any]) -> Stand | None:
        """What :meth:`about` gave; ``None`` for anything else."""
        try:
            return cls(Token.read(about["token"]), str(about["filter"]))
        except (KeyError, AttributeError, CannotRun):
            return None

    def leads_to(self, newest: Stand) -> bool:
        """Whether what changed since then makes the newest of it: the same filter, and the same numbering of changes."""
        return self.filter == newest.filter and self.token.epoch == newest.token.epoch and self.token.seq <= newest.token.seq


def stand_of(target: Path, version: int) -> Stand | None:
    """Where an SQLite database or a folder of Parquet files stands; ``None`` for none of ours, or one of another version."""
    try:
        if target.is_dir():
            kept = json.loads((target / MARK).read_text("utf-8"))
            return Stand.read(kept) if isinstance(kept, dict) else None
        if not target.is_file():
            return None
        with closing(sqlite3.connect(f"{target.resolve().as_uri()}?mode=ro", uri=True)) as db:
            if db.execute("PRAGMA user_version").fetchone()[0] != version:
                return None
            return Stand.read(dict(db.execute("SELECT name, value FROM about").fetchall()))
    except (OSError, ValueError, sqlite3.Error):
        return None
