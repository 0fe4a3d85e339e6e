"""The same thing always written the same way: what makes two equal posts equal in the index."""

from __future__ import annotations

from itemadapter import ItemAdapter
from w3lib.url import safe_url_string


def normalise(post: ItemAdapter) -> None:
    """URLs safe to request, lists without repeats, an end for the medium's blanks; in place."""
    post["url"] = safe_url_string(post["url"])
    if post["share_url"]:
        post["share_url"] = safe_url_string(post["share_url"])
    for name in ("assumed", "notes"):
        post[name] = list(dict.fromkeys(post[name]))
    if post["source"] is not None:
        post["source"] = post["source"].strip() or None
