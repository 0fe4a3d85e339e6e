"""A post -> its line in ``index.jsonl``, as ``index.schema.json`` describes it."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.items import Post


def index_entry(post: Post) -> dict[str, object]:
    """The fields of one line, in their order."""
    content = post.content.encode()
    return {
        "id": post.id,
        "site": post.site,
        "url": post.url,
        "share_url": post.share_url,
        "path": post.path,
        "sha256": hashlib.sha256(content).hexdigest(),
        "bytes": len(content),
        "title": post.title,
        "date": post.date.isoformat(),
        "categories": post.categories,
        "tags": post.tags,
        "source": post.source,
        "edition": post.edition,
        "body_from": post.body_from,
        "fidelity": post.fidelity,
        "assumed": post.assumed,
        "notes": post.notes,
        "version": post.version,
        "first_seen": post.first_seen,
        "last_seen": post.last_seen,
        "status": post.status,
        "captures": [
            {"url": c.url, "time": c.time, "file": c.file, "offset": c.offset, "payload_digest": c.payload_digest}
            for c in post.captures
        ],
    }
