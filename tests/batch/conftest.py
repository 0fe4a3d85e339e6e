"""What a rebuild has to give: what the crawl gave."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

#: What is derived from captures, files aside.
DERIVED = ("index.jsonl", "catalog.sqlite")


def tree(archive: Path) -> dict[str, bytes]:
    """Every source post of an archive, and the index."""
    found = {str(path.relative_to(archive)): path.read_bytes() for path in archive.glob("_posts/**/*.md")}
    return found | {"index.jsonl": (archive / "index.jsonl").read_bytes()}


def tables(archive: Path) -> dict[str, list[Any]]:
    """Every row of a catalog but for what says when to ask again, which the next crawl makes of the others."""
    with closing(sqlite3.connect(archive / "catalog.sqlite")) as db:
        names = ("captures", "files", "posts", "post_urls")
        rows = {name: db.execute(f"SELECT * FROM {name} ORDER BY 1").fetchall() for name in names}
        query = "SELECT * FROM meta WHERE name IN ('settled', 'index_size') ORDER BY 1"
        return rows | {"meta": db.execute(query).fetchall()}


def without_places(rows: dict[str, list[Any]]) -> list[Any]:
    """The captures of a catalog, wherever they lie."""
    return sorted((url, time, status, kind, digest) for _, url, time, status, kind, _, _, _, digest, _ in rows["captures"])
