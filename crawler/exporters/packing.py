"""How rows go from the processes that read posts to the one that writes an export.

Each format names a function, ``packs``, which runs where the posts are read: it makes of rows what the writer needs of them,
such as lines of bytes, so that several processes do that work. The field ``group`` is not in these rows: whether a post repeats
an earlier one is known only where all posts come together in order. A format without such a function gets the rows themselves.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Any, NamedTuple, cast

import orjson

from crawler.fields import names_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.sites.site import Site

Row = dict[str, Any]
#: What all rows of a chunk share, and an item for each row.
Packs = Callable[["Sequence[Row]", "Site"], "tuple[Any, Sequence[Any]]"]


class Packed(NamedTuple):
    """A post's packed row, what it shares with others, and its group; the group is empty for formats that have none."""

    item: Any
    shared: Any
    group: str


@cache
def _function(where: str) -> Packs:
    module, _, name = where.partition(":")
    return cast("Packs", getattr(import_module(f"crawler.exporters.{module}"), name))


def pack_rows(where: str, rows: Sequence[Row], site: Site) -> tuple[Any, Sequence[Any]]:
    """Pack rows by the function that ``where`` names (``module:name``)."""
    return _function(where)(rows, site) if where and rows else (None, rows)


def unpacked(packed: Packed) -> Row:
    """The row of a format that packs nothing."""
    fields = packed.item | {"group": packed.group} if packed.group else packed.item
    return {name: fields[name] for name in names_of("export") if name in fields}


class LazyRow:
    """A row of which few are ever looked at: its JSON is read when that happens."""

    __slots__ = ("_data", "_row")

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._row: Row = {}

    def get(self, name: str, /) -> Any:
        """The value of a field; ``None`` if there is none."""
        if self._data:
            self._row = orjson.loads(self._data)
            self._data = b""
        return self._row.get(name)
