"""A post -> its line in ``index.jsonl``, with the fields that :mod:`crawler.fields` lists for the index."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from crawler.fields import fields_of

if TYPE_CHECKING:
    from crawler.items import Post


def _names() -> list[tuple[str, list[str]]]:
    """The fields of a line, each with the names of its objects' parts if it is a list of objects."""
    return [(one.name, [part.name for part in one.parts] if one.has_objects else []) for one in fields_of("index")]


_FIELDS = _names()  # once, and not for each post


def index_entry(post: Post) -> dict[str, object]:
    """The fields of a post's index line, in the order of the index; most are attributes of the post of the same name."""
    content = post.content.encode()
    own: dict[str, Any] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "date": post.date.isoformat()}
    entry: dict[str, Any] = {}
    for name, parts in _FIELDS:
        value: Any = own[name] if name in own else getattr(post, name)
        entry[name] = [{part: getattr(one, part) for part in parts} for one in value] if parts else value
    return entry
