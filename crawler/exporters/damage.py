"""Lines of an index that are none: what a crash of the machine or a stranger's hand left."""

from __future__ import annotations

from typing import Any

import orjson

_TEXTS = ("id", "site", "url", "path", "sha256", "title", "date", "fidelity", "first_seen", "last_seen")
_LISTS = ("categories", "tags", "captures")
_SHA256 = 64


def entry_of(line: bytes) -> dict[str, Any] | None:
    """What a line of an index says; ``None`` if it is none.

    >>> entry_of(b"no JSON"), entry_of(b"[]"), entry_of(b'{"id": 7}')
    (None, None, None)
    """
    try:
        entry = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    if not isinstance(entry, dict):
        return None
    is_sound = (
        all(isinstance(entry.get(name), str) for name in _TEXTS)
        and all(isinstance(entry.get(name), list) for name in _LISTS)
        and "source" in entry
        and len(entry["sha256"]) == _SHA256
    )
    return entry if is_sound else None
