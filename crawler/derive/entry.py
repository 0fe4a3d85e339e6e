"""A post -> its line in ``index.jsonl``: all that :mod:`crawler.fields` has of the index."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from crawler.fields import fields_of

if TYPE_CHECKING:
    from crawler.items import Post


def index_entry(post: Post) -> dict[str, object]:
    """The fields of one line, in their order: the post's own of that name, but for those that are made here."""
    content = post.content.encode()
    made: dict[str, Any] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "date": post.date.isoformat()}
    entry: dict[str, Any] = {}
    for field in fields_of("index"):
        value: Any = made[field.name] if field.name in made else getattr(post, field.name)
        if field.has_objects:
            value = [{part.name: getattr(one, part.name) for part in field.parts} for one in value]
        entry[field.name] = value
    return entry
