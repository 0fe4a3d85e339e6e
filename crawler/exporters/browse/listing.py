"""A page of the list of posts: newest first, fifty at a time."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Any

from datasette.database import Database, QueryInterrupted

from crawler.exporters.browse.query import CHOICES, PostQuery

if TYPE_CHECKING:
    import sqlite3

#: Posts of a page, values that a choice offers, and letters of a text that are searched for an excerpt.
SIZE, _VALUES, _SEEN = 50, 200, 100_000
#: Milliseconds that each choice may take; a slow choice is left out, and the list is shown without it.
_PATIENCE = 1000
_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of a text around ``hit``, which is the term as it stands in the text."""

    before: str
    hit: str
    after: str


@dataclass(frozen=True, slots=True)
class Line:
    """A post in the list. ``marked`` is its title, and ``excerpt`` a piece of its text, with the term that was found."""

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
    """``total`` is the number of posts found. ``choices`` are the values of each column, with the posts each would show."""

    query: PostQuery
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


async def listing(database: Database, query: PostQuery, *, joined: bool) -> Listing:
    """The page of a query: the last page if the query names a later one, and a page without posts if the search takes too long.

    :param joined: whether the site takes all categories of a post, joined by blanks, for one.
    """
    try:
        return await _listing(database, query, joined=joined)
    except QueryInterrupted:
        return Listing(query, is_slow=True)


async def _listing(database: Database, query: PostQuery, *, joined: bool) -> Listing:
    where, values = query.where(joined=joined)
    total = (await database.execute(f"SELECT count(*) FROM posts {where}", values)).first()[0]
    query = replace(query, page=min(query.page, Listing(query, total).pages))
    text = f"substr(text, 1, {_SEEN})" if query.q else "''"
    categories = "json_array(category)" if joined else "(SELECT json_group_array(name) FROM categories WHERE post = posts.id)"
    sql = (
        f"SELECT id, title, date, day, {categories} AS categories, source, language, {text} AS seen FROM posts {where}"
        f" ORDER BY date DESC, posts.rowid DESC LIMIT {SIZE} OFFSET {SIZE * (query.page - 1)}"
    )
    lines = [_line(row, query.q) for row in await database.execute(sql, values)]
    first = (await database.execute("SELECT min(day), max(day) FROM posts")).first()
    choices = {name: await _choices(database, query, name, joined=joined) for name in CHOICES}
    return Listing(query, total, lines, choices, (first[0] or "", first[1] or ""))


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


async def _choices(database: Database, query: PostQuery, column: str, *, joined: bool) -> list[tuple[str, int]]:
    where, values = query.where(joined=joined, but=column)
    chosen, table = getattr(query, column), "posts"
    if column == "category" and not joined:
        column, table = "name", "posts JOIN categories ON categories.post = posts.id"
    sql = f"SELECT {column}, count(*) FROM {table} {where} GROUP BY 1 HAVING {column} > '' ORDER BY 2 DESC, 1 LIMIT {_VALUES}"
    found: list[Any] = []
    with suppress(QueryInterrupted):
        found = [tuple(row) for row in await database.execute(sql, values, custom_time_limit=_PATIENCE)]
    if chosen and chosen not in (value for value, _ in found):
        found.append((chosen, 0))
    return found


def excerpt(text: str, query: str, before: int = 24, after: int = 72) -> Excerpt | None:
    """The first place of the first term that the text has, with so many letters before and after it; ``None`` if it has none.

    >>> excerpt("公司拟减持2亿元", "增持 减持")
    Excerpt(before='公司拟', hit='减持', after='2亿元')
    """
    for quoted, plain in _TERM.findall(query):
        term = (quoted or plain).strip()
        found = re.search(re.escape(term), text, re.IGNORECASE) if term else None
        if found is not None:
            begin, end = max(0, found.start() - before), found.end() + after
            left = ("…" if begin else "") + text[begin : found.start()]
            right = text[found.end() : end] + ("…" if end < len(text) else "")
            return Excerpt(*(_BLANKS.sub(" ", part) for part in (left, found.group(), right)))
    return None
