"""Posts written the one way that the index knows."""

from __future__ import annotations

from crawler.derive.normalise import normalise
from crawler.items import Missing, Post


class NormalisePipeline:
    """Scrapy's way to :func:`~crawler.derive.normalise.normalise`."""

    def process_item(self, item: Post | Missing) -> Post | Missing:
        """Normalise in place."""
        if isinstance(item, Post):
            normalise(item)
        return item
