"""The query of the list of posts, as the address of the page has it."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from crawler.text.search import match

if TYPE_CHECKING:
    from collections.abc import Mapping

#: The most letters of a value; a title is shorter.
_LENGTH = 500
_ONE_CATEGORY = "posts.id IN (SELECT post FROM categories WHERE name = :category)"
#: The columns whose values a person can choose from.
CHOICES = ("category", "source", "fidelity")


@dataclass(frozen=True, slots=True)
class PostQuery:
    """``q`` are words to look for. ``category``, ``source``, ``fidelity`` and ``day`` are values of posts. Empty: any value."""

    q: str = ""
    category: str = ""
    source: str = ""
    fidelity: str = ""
    day: str = ""
    page: int = 1

    @classmethod
    def read(cls, given: Mapping[str, str]) -> PostQuery:
        """The query that a form sent; values without meaning are ignored."""
        values = {field.name: given.get(field.name, "").strip()[:_LENGTH] for field in fields(cls)}
        try:
            page = max(1, int(values.pop("page")))
        except ValueError:
            page = 1
        return cls(**values, page=page)

    def address(self, **changes: Any) -> str:
        """The address of the page with this query and some changes. A changed query begins at its first page.

        >>> PostQuery(q="减持", page=3).address(day="2022-03-01")
        '/?q=%E5%87%8F%E6%8C%81&day=2022-03-01'
        """
        new = replace(self, **{"page": 1, **changes})
        given = {field.name: getattr(new, field.name) for field in fields(new)}
        words = urlencode({name: value for name, value in given.items() if value and (name != "page" or value > 1)})
        return f"/?{words}" if words else "/"

    @property
    def narrowed(self) -> list[tuple[str, str]]:
        """The conditions other than the words, by name."""
        return [(name, getattr(self, name)) for name in (*CHOICES, "day") if getattr(self, name)]

    def where(self, *, joined: bool, but: str = "") -> tuple[str, dict[str, str]]:
        """The condition in SQL with its values, without the condition on the column ``but``.

        :param joined: whether ``category`` is all categories of a post, joined by blanks; else it is one of them.
        """
        conditions = [
            f"{name} = :{name}" if joined or name != "category" else _ONE_CATEGORY for name, _ in self.narrowed if name != but
        ]
        values = {name: value for name, value in self.narrowed if name != but}
        if self.q:
            conditions.append("posts.rowid IN (SELECT rowid FROM posts_fts WHERE posts_fts MATCH :q)")
            values["q"] = match(self.q)
        return (f"WHERE {' AND '.join(conditions)}" if conditions else ""), values
