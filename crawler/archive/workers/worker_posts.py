"""Posts that a worker made of its own captures, in its catalog: whoever brings all captures together takes them over.

A post is made of the captures of some addresses. It is what a rebuild would make of all captures, as long as nobody else has
captured anything at these addresses, nor this worker later. All other posts are made anew.
"""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

import orjson

from crawler.archive.paths import CATALOG

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from crawler.archive.catalog.catalog import Catalog
    from crawler.archive.catalog.schema import CaptureRow

#: In a worker's catalog: the index line and source post of each post that it made, the addresses whose captures it was made of,
#: and their number.
MADE = "CREATE TABLE made (id TEXT PRIMARY KEY, urls TEXT, captures INTEGER, line TEXT, content TEXT)"
_KEEP = "INSERT OR REPLACE INTO made VALUES (?, ?, ?, ?, ?)"


class Asked:
    """Answers with the captures of addresses, as a catalog does, and notes which it was asked for."""

    def __init__(self, catalog: Catalog) -> None:
        self._catalog = catalog
        self.urls: set[str] = set()
        self._rows: set[int] = set()

    def history(self, urls: Sequence[str]) -> list[CaptureRow]:
        """Every capture of these URLs, oldest first."""
        rows = self._catalog.history(urls)
        self.urls.update(urls)
        self._rows.update(row.id for row in rows)
        return rows

    def keep(self, entry: dict[str, Any], content: str) -> None:
        """Keep the post that was made of these captures in the catalog."""
        made = (entry["id"], orjson.dumps(sorted(self.urls)).decode(), len(self._rows), orjson.dumps(entry).decode(), content)
        self._catalog.write(_KEEP, made)


class MadePost(NamedTuple):
    """The index line and source post of a post that a worker made."""

    entry: dict[str, Any]
    content: str


class WorkerPosts:
    """The posts that one worker made, in its ``folder``. Its captures are in the archive by now."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def that_hold(self, posts: Mapping[str, Sequence[str]], catalog: Catalog) -> Iterator[MadePost]:
        """Those that were made of all captures that the ``catalog`` of the archive has by now.

        :param posts: the posts that are wanted, with the addresses of their pages.
        """
        with closing(sqlite3.connect(self.folder / CATALOG)) as db:
            for post_id, asked, number, line, content in db.execute("SELECT * FROM made ORDER BY rowid"):
                urls, pages = orjson.loads(asked), posts.get(post_id)
                if pages is not None and set(pages).issubset(urls) and catalog.number_at(urls) == number:
                    yield MadePost(orjson.loads(line), content)
