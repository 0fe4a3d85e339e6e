"""The names that a feed's entry has of categories, tags or authors."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable


def feed_names(values: Iterable[str]) -> tuple[str, ...]:
    """Without blanks around them; none that is empty. What Jekyll's feed writes of a list under ``category`` are its names.

    >>> feed_names([" a ", "", '["b", "c d"]', "[draft]"])
    ('a', 'b', 'c d', '[draft]')
    """
    names = (name for value in values for name in _listed(value.strip()))
    return tuple(stripped for name in names if (stripped := name.strip()))


def _listed(value: str) -> list[str]:
    """The texts of a list as Liquid writes one that a template takes for a text; else the text itself."""
    if not (value.startswith('["') and value.endswith('"]')):
        return [value]
    try:
        found = orjson.loads(value)
    except orjson.JSONDecodeError:
        return [value]
    return found if all(isinstance(one, str) for one in found) else [value]


def several_names(values: Iterable[str]) -> tuple[str, ...]:
    """The names of a feed's entry without blanks at their ends, each once."""
    return tuple(dict.fromkeys(feed_names(values)))
