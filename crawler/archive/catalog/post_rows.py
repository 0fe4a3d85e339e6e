"""Queries for the catalog's table ``posts``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from crawler.items import UNREACHABLE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator, Mapping

_NEAR = """
SELECT id FROM (SELECT id FROM posts WHERE id >= :id ORDER BY id LIMIT 100)
UNION SELECT id FROM (SELECT id FROM posts WHERE id < :id ORDER BY id DESC LIMIT 100)
UNION SELECT id FROM (SELECT id FROM posts WHERE instr(id, :tail) LIMIT 100)
UNION SELECT id FROM (SELECT id FROM posts WHERE instr(:id, id) LIMIT 100)
"""


@dataclass(frozen=True, slots=True)
class KnownPost:
    """What a run has to know of a post that the archive has.

    ``unfinished``: its share answer could not be fetched yet. ``is_live``: it was on the site at its last visit.
    """

    title: str
    unfinished: bool
    is_live: bool


class PostRows:
    """Read access to the posts of a catalog."""

    def __init__(self, db: sqlite3.Connection) -> None:
        self._db = db

    def post_line(self, post_id: str) -> str | None:
        """The newest index line of a post."""
        found = self._db.execute("SELECT line FROM posts WHERE id = ?", (post_id,)).fetchone()
        return found[0] if found else None

    def row_of_post(self, post_id: str) -> int:
        """The row of a post's newest index line, or 0."""
        found = self._db.execute("SELECT rowid FROM posts WHERE id = ?", (post_id,)).fetchone()
        return found[0] if found else 0

    def line_in_row(self, row: int) -> bytes | None:
        """The index line in a row."""
        found = self._db.execute("SELECT CAST(line AS BLOB) FROM posts WHERE rowid = ?", (row,)).fetchone()
        return found[0] if found else None

    def post_urls(self, post_id: str) -> list[str]:
        """The URLs of a post's pages."""
        return [url for (url,) in self._db.execute("SELECT url FROM post_urls WHERE id = ? ORDER BY url", (post_id,))]

    def post_lines(self) -> Iterator[bytes]:
        """The newest index lines of all posts, ordered by ``first_seen``, then ``id``, as the index is."""
        for (line,) in self._db.execute("SELECT CAST(line AS BLOB) FROM posts ORDER BY first_seen, id"):
            yield line

    def number_of_posts(self, since: str = "") -> int:
        """The number of posts that were first seen at a time or later."""
        return int(self._db.execute("SELECT count(*) FROM posts WHERE first_seen >= ?", (since,)).fetchone()[0])

    def ids_near(self, post_id: str, tail: str) -> list[str]:
        """The IDs next to an unknown one in order, those that contain its ``tail``, and those that it contains."""
        return [near for (near,) in self._db.execute(_NEAR, {"id": post_id, "tail": tail})]

    def ids_with(self, *texts: str) -> list[str]:
        """The IDs of posts whose index lines contain one of these texts."""
        where = " OR ".join("instr(line, ?)" for _ in texts)
        return [post_id for (post_id,) in self._db.execute(f"SELECT id FROM posts WHERE {where} ORDER BY id", texts)]

    def newest_posts(self, before: str, number: int) -> list[str]:
        """Index lines of the posts first seen before a time, the newest of them first."""
        query = "SELECT line FROM posts WHERE first_seen < ? ORDER BY first_seen DESC LIMIT ?"
        return [line for (line,) in self._db.execute(query, (before, number))]

    def known_post(self, url: str) -> KnownPost | None:
        """The post at ``url``; ``None`` if there is none yet."""
        query = (
            "SELECT title, unfinished, rechecks.url IS NOT NULL FROM post_urls JOIN posts USING (id)"
            " LEFT JOIN rechecks ON rechecks.url = post_urls.url WHERE post_urls.url = ?"
        )
        found = self._db.execute(query, (url,)).fetchone()
        return KnownPost(found[0], bool(found[1]), bool(found[2])) if found else None

    def ids_at(self, url: str) -> list[str]:
        """The IDs of the posts that have a page at ``url``: several only if a post got another ID."""
        return [post_id for (post_id,) in self._db.execute("SELECT id FROM post_urls WHERE url = ? ORDER BY id", (url,))]

    def line_at(self, url: str) -> str | None:
        """The newest index line of the post at ``url``."""
        found = self._db.execute("SELECT line FROM post_urls JOIN posts USING (id) WHERE post_urls.url = ?", (url,)).fetchone()
        return found[0] if found else None

    def categories(self) -> list[str]:
        """The distinct categories of all posts; several categories of one post are joined by a blank."""
        return [name for (name,) in self._db.execute("SELECT DISTINCT category FROM posts ORDER BY category")]

    def posts_after(self, row: int) -> list[str]:
        """The IDs of posts whose lines were stored after a row."""
        return [post_id for (post_id,) in self._db.execute("SELECT id FROM posts WHERE rowid > ? ORDER BY rowid", (row,))]

    def last_post_row(self) -> int:
        """The row of the line that was stored last, or 0."""
        return int(self._db.execute("SELECT coalesce(max(rowid), 0) FROM posts").fetchone()[0])

    def last_change(self) -> int:
        """The number of the newest change, or 0."""
        return int(self._db.execute("SELECT coalesce(max(seq), 0) FROM changes").fetchone()[0])


def post_row(post: Mapping[str, Any], line: str) -> tuple[object, ...]:
    """The row of ``posts`` for an index line."""
    unfinished = int(UNREACHABLE in post["notes"])
    return post["id"], post["url"], post["title"], " ".join(post["categories"]), unfinished, post["first_seen"], line
