"""Whether a line of an index is valid: a crash or a person may have spoilt it.

Code that writes, moves or removes a file because of a line checks the line here first: its path must be below ``_posts/``.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

import orjson

from crawler.archive.paths import POSTS
from crawler.items import POST_ENDINGS

_TEXTS = ("id", "site", "url", "path", "sha256", "title", "date", "edition", "body_from", "fidelity", "status")
_TEXTS_OR_NULL = ("share_url", "source")
_LISTS = ("categories", "tags", "assumed", "notes")
_TIMES = ("first_seen", "last_seen")
#: The largest numbers that every format can hold.
_NUMBERS = {"bytes": 1 << 53, "version": (1 << 31) - 1}
_OF_CAPTURE = ("url", "time", "file", "payload_digest")
_DATE = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", re.ASCII)
_SHA256 = re.compile(r"[0-9a-f]{64}", re.ASCII)
_PATH = re.compile(POSTS + rf"/(?:(?!\.{{1,2}}/)[^/\0\r\n]+/)*[^/\0\r\n]+(?:{'|'.join(map(re.escape, POST_ENDINGS))})")


def entry_of(line: bytes) -> dict[str, Any] | None:
    """The entry in a line of an index; ``None`` if the line is not valid.

    >>> entry_of(b"no JSON"), entry_of(b"[]"), entry_of(b'{"id": 7}')
    (None, None, None)
    """
    try:
        entry = orjson.loads(line)
    except orjson.JSONDecodeError:
        return None
    return entry if isinstance(entry, dict) and is_entry(entry) else None


def is_entry(entry: dict[str, Any]) -> bool:
    """Whether an entry has every field of an index line, each with a valid value."""
    return (
        all(isinstance(entry.get(name), str) for name in _TEXTS)
        and all(name in entry and isinstance(entry[name], str | None) for name in _TEXTS_OR_NULL)
        and all(_is_list(entry.get(name)) for name in _LISTS)
        and all(_is_number(entry.get(name), most) for name, most in _NUMBERS.items())
        and all(_is_time(entry.get(name)) for name in _TIMES)
        and _DATE.fullmatch(entry["date"]) is not None
        and _is_time(entry["date"])
        and entry["id"] != ""
        and _SHA256.fullmatch(entry["sha256"]) is not None
        and is_path(entry["path"])
        and isinstance(entry.get("captures"), list)
        and all(map(_is_capture, entry["captures"]))
    )


def is_path(path: str) -> bool:
    """Whether a path, relative to an archive's folder, is that of a source post below ``_posts/``."""
    return _PATH.fullmatch(path) is not None


def _is_list(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _is_number(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most


def _is_time(value: object) -> bool:
    try:
        return isinstance(value, str) and datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        return False


def _is_capture(value: object) -> bool:
    return (
        isinstance(value, dict)
        and all(isinstance(value.get(name), str) for name in _OF_CAPTURE)
        and _is_number(value.get("offset"), 1 << 62)
    )


def lacks_text(entry: dict[str, Any]) -> bool:
    """Whether a post's body does not come from its companion, which may have been captured since."""
    return entry["share_url"] is not None and entry["body_from"] != "share"
