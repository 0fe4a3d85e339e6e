"""A share answer (JSON) -> the article's HTML as upstream has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import orjson


class UnreadableAnswer(ValueError):
    """Not JSON, or JSON of another shape."""


def read_answer(body: bytes, keys: Iterable[str]) -> str | None:
    """The first of ``keys`` that holds text; ``None`` when all are empty or missing (an expired share).

    The keys are looked for in the object itself, then in the objects inside it.

    :raises UnreadableAnswer: if ``body`` is not a JSON object in UTF-8.
    """
    try:
        answer = orjson.loads(body.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        raise UnreadableAnswer(f"not JSON: {error}") from error
    if not isinstance(answer, dict):
        raise UnreadableAnswer(f"a JSON {type(answer).__name__} where an object was expected")
    wanted = list(keys)
    for level in _objects(answer):
        for key in wanted:
            text = level.get(key)
            if isinstance(text, str) and text.strip():
                return text
    return None


def _objects(answer: dict[str, object]) -> Iterator[dict[str, object]]:
    yield answer
    for value in answer.values():
        if isinstance(value, dict):
            yield value
