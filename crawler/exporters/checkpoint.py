"""The checkpoint of an export that can be updated: which changes of the archive it has, and which posts it takes."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.archive.catalog.changes import Token
from crawler.errors import CannotRun
from crawler.exporters.database import open_database
from crawler.exporters.output import MANIFEST

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The export has all changes of an archive up to ``token``. ``filter`` (see :meth:`Filter.as_json`) takes its posts."""

    token: Token
    filter: str

    def about(self) -> dict[str, str]:
        """What an export stores of it."""
        return {"token": str(self.token), "filter": self.filter}

    @classmethod
    def read(cls, about: dict[str, Any]) -> Checkpoint | None:
        """The checkpoint that :meth:`about` gave; ``None`` for anything else."""
        try:
            return cls(Token.read(about["token"]), str(about["filter"]))
        except (KeyError, AttributeError, CannotRun):
            return None

    def precedes(self, newest: Checkpoint) -> bool:
        """Whether later changes lead from here to ``newest``: the filter and the numbering of changes must be the same."""
        return self.filter == newest.filter and self.token.epoch == newest.token.epoch and self.token.seq <= newest.token.seq


def checkpoint_of(target: Path, version: int) -> Checkpoint | None:
    """The checkpoint of an SQLite database or a folder of Parquet files.

    It is ``None`` for a file or folder that is no export of ours, and for a database whose tables are of another version.
    """
    try:
        if target.is_dir():
            kept = json.loads((target / MANIFEST).read_text("utf-8"))
            return Checkpoint.read(kept) if isinstance(kept, dict) else None
        if not target.is_file():
            return None
        with open_database(target, "ro") as db:
            if db.execute("PRAGMA user_version").fetchone()[0] != version:
                return None
            return Checkpoint.read(dict(db.execute("SELECT name, value FROM about").fetchall()))
    except (OSError, ValueError, sqlite3.Error):
        return None
