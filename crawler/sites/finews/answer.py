"""A share answer (JSON) -> the article's HTML, as the share host has it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

import orjson

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A key and its value, if that is text; a quote inside either is escaped with a backslash.
_VALUE = re.compile(rb'("(?:[^"\\]|\\.)*+")\s*+:\s*+"((?:[^"\\]|\\.)*+)"', re.DOTALL)


class UnreadableAnswer(ValueError):
    """Not JSON, or JSON of another shape."""


def read_answer(body: bytes, keys: Iterable[str]) -> str | None:
    """The text under the first of ``keys`` that has any; ``None`` if all are empty or missing, as in an expired share.

    The keys are looked for in the object itself, then in the objects inside it.

    :raises UnreadableAnswer: if ``body`` is not a JSON object in UTF-8.
    """
    keys = list(keys)
    for level in _levels(body):
        for key in keys:
            text = level.get(key)
            if isinstance(text, str) and text.strip():
                return text
    return None


def place_of(body: bytes, text: str) -> tuple[str, int, int] | None:
    r"""The key under which an answer has a text, and and the place of the text between its quotes, in bytes.

    >>> place_of(b'{"data": {"text": "<p>\\u4e00</p>"}}', "<p>\u4e00</p>")
    ('text', 19, 32)
    """
    for found in _VALUE.finditer(body):
        if found[2] and _unquoted(found[2]) == text:
            return _unquoted(found[1][1:-1]), found.start(2), found.end(2)
    return None


def _unquoted(inside: bytes) -> str:
    try:
        return str(orjson.loads(b'"' + inside + b'"'))
    except orjson.JSONDecodeError:
        return ""


@lru_cache(maxsize=2)  # asked first whether there is a text, and then for it
def _levels(body: bytes) -> list[dict[str, object]]:
    """The object of an answer, then those inside it."""
    try:
        answer = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise UnreadableAnswer(f"not JSON: {error}") from error
    if not isinstance(answer, dict):
        raise UnreadableAnswer(f"a JSON {type(answer).__name__} where an object was expected")
    return [answer, *(value for value in answer.values() if isinstance(value, dict))]
