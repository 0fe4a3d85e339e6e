"""Posts written the one way that the index knows."""

from __future__ import annotations

from typing import Any

from itemadapter import ItemAdapter

from crawler.derive.normalise import normalise


class NormalisePipeline:
    """Scrapy's way to :func:`~crawler.derive.normalise.normalise`."""

    def process_item(self, item: Any) -> Any:
        """Normalise in place."""
        normalise(ItemAdapter(item))
        return item
