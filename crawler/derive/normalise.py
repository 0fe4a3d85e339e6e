"""Normalises a post, so that the index has the same value always in the same form."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.markup.links.address import safe

if TYPE_CHECKING:
    from crawler.items import Post

#: An address that :func:`~crawler.markup.links.address.safe` leaves as it is; matching it takes a fraction of the time.
_SAFE = re.compile(r"https?://[a-z0-9.-]+/[\w/.,=&-]*(?:\?[\w/.?=&-]+)?", re.ASCII)


def normalise(post: Post) -> None:
    """Make URLs safe to request, and remove repeats from lists and blanks around the medium; changes the post itself."""
    post.url = _safe(post.url)
    if post.share_url:
        post.share_url = _safe(post.share_url)
    if len(post.assumed) > 1:
        post.assumed = list(dict.fromkeys(post.assumed))
    if len(post.notes) > 1:
        post.notes = list(dict.fromkeys(post.notes))
    if post.source is not None:
        post.source = post.source.strip() or None


def _safe(url: str) -> str:
    return url if _SAFE.fullmatch(url) else safe(url)
