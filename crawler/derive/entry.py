"""A post -> its line in ``index.jsonl``, with the fields that :mod:`crawler.fields` lists for the index."""

from __future__ import annotations

import hashlib
from operator import attrgetter
from typing import TYPE_CHECKING, Any

from crawler.fields import fields_of

if TYPE_CHECKING:
    from crawler.items import Post


_FIELDS = fields_of("index")
_NAMES = [one.name for one in _FIELDS]
#: What a line has in another form than the post; in :data:`_VALUES`, the post's content stands in the places of the first two.
_OWN = ("sha256", "bytes", "date")
_VALUES = attrgetter(*("content" if name in _OWN[:2] else name for name in _NAMES))  # once, and not for each post
_PARTS = {one.name: [part.name for part in one.parts] for one in _FIELDS if one.has_objects}
_VALUES_OF_PARTS = {name: attrgetter(*parts) for name, parts in _PARTS.items()}


def index_entry(post: Post) -> dict[str, object]:
    """The fields of a post's index line, in the order of the index; most are attributes of the post of the same name."""
    content = post.content.encode()
    entry: dict[str, Any] = dict(zip(_NAMES, _VALUES(post), strict=True))
    entry["sha256"] = hashlib.sha256(content).hexdigest()
    entry["bytes"] = len(content)
    entry["date"] = post.date.isoformat()
    for name, parts in _PARTS.items():
        values = _VALUES_OF_PARTS[name]
        entry[name] = [dict(zip(parts, values(one), strict=True)) for one in entry[name]]
    return entry
