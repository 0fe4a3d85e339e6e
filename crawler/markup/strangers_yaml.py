"""YAML that may be a stranger's: what is nested too deeply is refused, before reading it takes down the interpreter."""

from __future__ import annotations

import re
from typing import Any

import yaml

#: Whatever may open a level: brackets, items of lists, keys.
_OPENS = re.compile(r"[\[{]|[-?:](?=[\s\[{]|\Z)")
#: More than any front matter has. LibYAML takes a time that grows with the square of the levels, and tens of thousands of
#: them end the process.
_MOST = 5000


def load(text: str, loader: type[Any]) -> Any:
    """What YAML reads.

    :raises yaml.YAMLError: if it is no YAML, or is nested too deeply.
    """
    opens = 0
    for opens, _ in enumerate(_OPENS.finditer(text), 1):
        if opens > _MOST:
            raise yaml.YAMLError("nested too deeply")
    try:
        return yaml.load(text, Loader=loader)  # noqa: S506 - the callers name loaders that make nothing but plain values
    except RecursionError:
        raise yaml.YAMLError("nested too deeply") from None
