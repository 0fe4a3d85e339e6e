"""YAML that may be a stranger's: what is nested too deeply is refused, before reading it takes down the interpreter."""

from __future__ import annotations

import re
from itertools import islice
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Whatever may open a level: brackets, items of lists, keys.
_OPENS = re.compile(r"[\[{]|[-?:](?=[\s\[{]|\Z)")
#: More levels than any front matter has. LibYAML takes a time that grows with the square of the levels, and tens of thousands
#: of them end the process.
_DEEPEST = 100


def load(text: str, loader: type[Any]) -> Any:
    """What YAML reads.

    :raises yaml.YAMLError: if it is no YAML, or is nested too deeply.
    """
    if sum(1 for _ in islice(_OPENS.finditer(text), _DEEPEST)) == _DEEPEST:  # they may stand in a text
        for _ in events(text):
            pass
    try:
        return yaml.load(text, Loader=loader)  # noqa: S506 - the callers name loaders that make nothing but plain values
    except RecursionError:
        raise yaml.YAMLError("nested too deeply") from None


def events(text: str) -> Iterator[yaml.Event]:
    """The events of YAML, of which no tree is built: a tree of many brackets overflows the stack of its builder.

    :raises yaml.YAMLError: if it is no YAML, or is nested too deeply.
    """
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CBaseLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise yaml.YAMLError("nested too deeply")
        yield event
