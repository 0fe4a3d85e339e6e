"""What a page says of itself in JSON-LD, as an article."""

from __future__ import annotations

import re
from typing import Any

import orjson

_JSON_LD = re.compile(rb"<script[^>]{0,200}application/ld\+json[^>]{0,200}>", re.IGNORECASE)
_ARTICLES = frozenset(("BlogPosting", "NewsArticle", "Article", "TechArticle"))


def article(body: bytes) -> dict[str, Any]:
    """The first JSON-LD that describes an article; empty if there is none."""
    place = 0
    while (found := _JSON_LD.search(body, place)) and (end := body.find(b"</script", found.end())) >= 0:
        place = end
        try:
            data = orjson.loads(body[found.end() : end])
        except orjson.JSONDecodeError:
            continue
        several = data.get("@graph", [data]) if isinstance(data, dict) else data
        for one in several if isinstance(several, list) else ():
            if isinstance(one, dict) and isinstance(one.get("@type"), str) and one["@type"] in _ARTICLES:
                return one
    return {}
