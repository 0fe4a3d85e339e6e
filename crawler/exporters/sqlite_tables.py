"""The statements that make an SQLite export's tables and indexes, of the table of fields."""

from __future__ import annotations

from textwrap import fill
from typing import TYPE_CHECKING

from crawler.fields import fields_of

if TYPE_CHECKING:
    from crawler.fields import Field

#: Columns that a person who looks at a table wants to see first.
_FIRST = ("id", "title", "date", "day", "source", "category")
#: Columns of each table by which posts are looked for.
_SOUGHT = {
    "posts": ("date", "day", "category", "source", "group", "fidelity"),
    "categories": ("name",),
    "tags": ("name",),
    "securities": ("code",),
}
#: Names of fields that SQL would take for words of its own.
_RESERVED = frozenset({"check", "default", "from", "group", "index", "order", "references", "table", "to", "values", "where"})
#: Letters of a line in the statement that makes a table: Datasette shows it.
_WIDTH = 128


def columns() -> list[Field]:
    """The columns of ``posts``: those that are looked at first, and behind all others those that are long."""
    order = {name: number for number, name in enumerate(_FIRST)}
    found = (field for field in fields_of("sqlite") if field.type.sql)
    return sorted(found, key=lambda field: (field.is_long, order.get(field.name, len(order))))


def lists() -> list[Field]:
    """The fields that have a table of their own, a row an item."""
    return [field for field in fields_of("sqlite") if not field.type.sql]


def tables() -> dict[str, str]:
    """What makes each table of posts and of their lists."""
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
    """A name as a statement has it."""
    return f'"{name}"' if name in _RESERVED else name


def indexes() -> str:
    """What makes the indexes, when the rows are in."""
    found = [("posts", name) for name in _SOUGHT["posts"]]
    found += [(field.name, name) for field in lists() for name in (*_SOUGHT.get(field.name, ()), "post")]
    return "".join(f"CREATE INDEX {table}_{name} ON {quoted(table)} ({quoted(name)});" for table, name in found)
