"""The same thing always written the same way: what makes two equal posts equal in the index."""

from __future__ import annotations

from typing import Any

from itemadapter import ItemAdapter
from w3lib.url import safe_url_string


class NormalisePipeline:
    """URLs safe to request, lists without repeats, an end for the medium's blanks."""

    def process_item(self, item: Any) -> Any:
        """Normalise in place."""
        post = ItemAdapter(item)
        post["url"] = safe_url_string(post["url"])
        if post["share_url"]:
            post["share_url"] = safe_url_string(post["share_url"])
        for name in ("assumed", "notes"):
            post[name] = list(dict.fromkeys(post[name]))
        if post["source"] is not None:
            post["source"] = post["source"].strip() or None
        return item
