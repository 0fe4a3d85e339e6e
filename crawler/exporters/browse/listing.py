"""A page of the list of posts: newest first, fifty at a time."""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from datasette.database import Database, QueryInterrupted

from crawler.exporters.browse.asked import CHOICES, Asked
from crawler.exporters.browse.excerpt import Excerpt, excerpt

if TYPE_CHECKING:
    import sqlite3

#: Posts of a page; values of a filter; letters of a text in which an excerpt is looked for.
SIZE, _VALUES, _SEEN = 50, 200, 100_000
#: Milliseconds that the choices may take; without them, the list is still one.
_PATIENCE = 1000


@dataclass(frozen=True, slots=True)
class Line:
    """A post in the list. ``marked`` is its title around what was looked for, ``excerpt`` a piece of its text likewise."""

    id: str
    title: str
    date: str
    day: str
    categories: list[str]
    source: str | None
    language: str | None
    marked: Excerpt | None
    excerpt: Excerpt | None


@dataclass(frozen=True, slots=True)
class Listing:
    """``total``: posts that were found; ``choices``: by filter, its values with the number of posts that each would show."""

    asked: Asked
    total: int = 0
    lines: list[Line] = field(default_factory=list)
    choices: dict[str, list[tuple[str, int]]] = field(default_factory=dict)
    span: tuple[str, str] = ("", "")
    is_slow: bool = False

    @property
    def pages(self) -> int:
        """How many pages there are."""
        return max(1, -(-self.total // SIZE))

    @property
    def days(self) -> list[tuple[str, list[Line]]]:
        """The posts of the page by day."""
        return [(day, list(lines)) for day, lines in groupby(self.lines, lambda line: line.day)]


async def listing(database: Database, asked: Asked, *, joined: bool) -> Listing:
    """The page that was asked for, the last one if there are fewer; one without posts if it cannot be had in time.

    :param joined: whether the site takes all categories of a post, joined by blanks, for one.
    """
    try:
        return await _listing(database, asked, joined=joined)
    except QueryInterrupted:
        return Listing(asked, is_slow=True)


async def _listing(database: Database, asked: Asked, *, joined: bool) -> Listing:
    where, values = asked.where(joined=joined)
    total = (await database.execute(f"SELECT count(*) FROM posts {where}", values)).first()[0]
    asked = replace(asked, page=min(asked.page, Listing(asked, total).pages))
    text = f"substr(text, 1, {_SEEN})" if asked.q else "''"
    categories = "json_array(category)" if joined else "(SELECT json_group_array(name) FROM categories WHERE post = posts.id)"
    query = (
        f"SELECT id, title, date, day, {categories} AS categories, source, language, {text} AS seen FROM posts {where}"
        f" ORDER BY date DESC, posts.rowid DESC LIMIT {SIZE} OFFSET {SIZE * (asked.page - 1)}"
    )
    lines = [_line(row, asked.q) for row in await database.execute(query, values)]
    first = (await database.execute("SELECT min(day), max(day) FROM posts")).first()
    choices = {name: await _choices(database, asked, name, joined=joined) for name in CHOICES}
    return Listing(asked, total, lines, choices, (first[0] or "", first[1] or ""))


def _line(row: sqlite3.Row, words: str) -> Line:
    title = row["title"]
    return Line(
        id=row["id"],
        title=title,
        date=row["date"],
        day=row["day"],
        categories=list(filter(None, json.loads(row["categories"]))),
        source=row["source"],
        language=row["language"],
        marked=excerpt(title, words, len(title), len(title)),
        excerpt=excerpt(row["seen"], words),
    )


async def _choices(database: Database, asked: Asked, column: str, *, joined: bool) -> list[tuple[str, int]]:
    where, values = asked.where(joined=joined, but=column)
    chosen, table = getattr(asked, column), "posts"
    if column == "category" and not joined:
        column, table = "name", "posts JOIN categories ON categories.post = posts.id"
    query = f"SELECT {column}, count(*) FROM {table} {where} GROUP BY 1 HAVING {column} > '' ORDER BY 2 DESC, 1 LIMIT {_VALUES}"
    found: list[Any] = []
    with suppress(QueryInterrupted):
        found = [tuple(row) for row in await database.execute(query, values, custom_time_limit=_PATIENCE)]
    if chosen and chosen not in (value for value, _ in found):
        found.append((chosen, 0))
    return found
