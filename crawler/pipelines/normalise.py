"""Posts written the one way that the index knows."""

from __future__ import annotations

from crawler.derive.normalise import normalise
from crawler.items import Post


class NormalisePipeline:
    """Scrapy's way to :func:`~crawler.derive.normalise.normalise`."""

    def process_item(self, item: Post) -> Post:
        """Normalise in place."""
        normalise(item)
        return item
