"""The SQL statements of an SQLite export's tables and indexes, which are made of the table of fields."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from crawler.fields import fields_of

if TYPE_CHECKING:
    from crawler.fields import Field

#: The columns that a person wants to see first.
_FIRST = ("id", "title", "date", "day", "source", "category")
#: The columns of each table that have an index.
_INDEXED = {
    "posts": ("date", "day", "category", "source", "group", "fidelity"),
    "categories": ("name",),
    "tags": ("name",),
    "securities": ("code",),
}
#: Names of fields that are keywords of SQL.
_RESERVED = frozenset({"check", "default", "from", "group", "index", "order", "references", "table", "to", "values", "where"})
#: The most letters of a line in a CREATE TABLE statement, which Datasette shows.
_WIDTH = 128


def columns() -> list[Field]:
    """The columns of ``posts``: those that a person wants to see first, then all others, then the long ones."""
    order = {name: number for number, name in enumerate(_FIRST)}
    found = (field for field in fields_of("sqlite") if field.type.sql)
    return sorted(found, key=lambda field: (field.is_long, order.get(field.name, len(order))))


def lists() -> list[Field]:
    """The fields that have a table of their own, with one row per item."""
    return [field for field in fields_of("sqlite") if not field.type.sql]


def tables() -> dict[str, str]:
    """The statements that create the tables of posts and of their lists, by table."""
    declared = (f"{quoted(field.name)} {_type(field)}".replace(" ", "\0") for field in columns())  # no line ends within one
    wrapped = fill(", ".join(declared), _WIDTH, initial_indent="    ", subsequent_indent="    ").replace("\0", " ")
    tables = {"posts": f"CREATE TABLE posts (\n{wrapped}\n)"}
    for field in lists():
        parts = ", ".join(f"{quoted(part.name)} {_type(part)}" for part in field.parts)
        tables[field.name] = f"CREATE TABLE {quoted(field.name)} (post TEXT NOT NULL REFERENCES posts (id), {parts})"
    return tables


def _type(field: Field) -> str:
    if field.name == "id":
        return f"{field.type.sql} PRIMARY KEY"
    return field.type.sql if field.is_nullable else f"{field.type.sql} NOT NULL"


def quoted(name: str) -> str:
    """A name as it is written in a statement."""
    return f'"{name}"' if name in _RESERVED else name


def indexes() -> str:
    """The statements that create the indexes, for when all rows are in."""
    found = [("posts", name) for name in _INDEXED["posts"]]
    found += [(field.name, name) for field in lists() for name in (*_INDEXED.get(field.name, ()), "post")]
    return "".join(f"CREATE INDEX {table}_{name} ON {quoted(table)} ({quoted(name)});" for table, name in found)
