"""A post -> its line in ``index.jsonl``, with the fields that :mod:`crawler.fields` lists for the index."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

from crawler.fields import fields_of

if TYPE_CHECKING:
    from crawler.items import Post


def index_entry(post: Post) -> dict[str, object]:
    """The fields of a post's index line, in the order of the index; most are attributes of the post of the same name."""
    content = post.content.encode()
    own: dict[str, Any] = {"sha256": hashlib.sha256(content).hexdigest(), "bytes": len(content), "date": post.date.isoformat()}
    entry: dict[str, Any] = {}
    for field in fields_of("index"):
        value: Any = own[field.name] if field.name in own else getattr(post, field.name)
        if field.has_objects:
            value = [{part.name: getattr(one, part.name) for part in field.parts} for one in value]
        entry[field.name] = value
    return entry
