"""The format of a ``site.toml``: whether this program knows all that one may say."""

from __future__ import annotations

import re
import tomllib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

#: To be raised with every key, table or form of a value that the programs before would refuse. A file without one has 1.
FORMAT = 3
KEY = "format"
#: What the parser raises: also for a number of thousands of digits, and for lists in lists without end.
NO_TOML = (tomllib.TOMLDecodeError, ValueError, RecursionError)
#: Where a file is no TOML to this program: its format, if nothing but comments stands before that.
_FIRST = re.compile(r"(?:[ \t]*+(?:#[^\n]*+)?+\r?\n)*+[ \t]*+format[ \t]*+=[ \t]*+(\d{1,9})\b")


def told_if_newer(values: Mapping[str, Any]) -> str:
    """What to say of a file that a newer program wrote, and what to do; empty if this program knows its format."""
    found = values.get(KEY)
    if type(found) is not int or found <= FORMAT:
        return ""
    return (
        f"made by a newer Backfile (its format is {found}; this one knows {FORMAT}): use that, or have the file written anew,"
        " without what only the newer one knows: learn with --url HOME --overwrite"
    )


def first_value(text: str) -> dict[str, int]:
    """The format alone, of a text that this program cannot read: a newer one may know more of TOML, too."""
    found = _FIRST.match(text)
    return {KEY: int(found[1])} if found else {}


def is_newer(text: str) -> bool:
    """Whether a newer program wrote this."""
    text = text.removeprefix("\ufeff")
    try:
        return bool(told_if_newer(tomllib.loads(text)))
    except NO_TOML:
        return bool(told_if_newer(first_value(text)))
