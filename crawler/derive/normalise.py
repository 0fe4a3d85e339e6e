"""The same thing always written the same way: what makes two equal posts equal in the index."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from w3lib.url import safe_url_string

if TYPE_CHECKING:
    from crawler.items import Post

#: An address in which nothing has to be made safe; a question mark with nothing after it goes.
_SAFE = re.compile(r"https?://[a-z0-9.-]+/[\w/.=&-]*(?:\?[\w/.?=&-]+)?", re.ASCII)


def normalise(post: Post) -> None:
    """URLs safe to request, lists without repeats, an end for the medium's blanks; in place."""
    post.url = _safe(post.url)
    if post.share_url:
        post.share_url = _safe(post.share_url)
    post.assumed = list(dict.fromkeys(post.assumed))
    post.notes = list(dict.fromkeys(post.notes))
    if post.source is not None:
        post.source = post.source.strip() or None


def _safe(url: str) -> str:
    return url if _SAFE.fullmatch(url) else safe_url_string(url)
