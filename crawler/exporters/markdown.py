"""Source posts as files, the way Scrapy's exporters write items."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from itemadapter import ItemAdapter
from scrapy.exporters import BaseItemExporter

from crawler.archive.files import PostFiles

if TYPE_CHECKING:
    from pathlib import Path


class MarkdownExporter(BaseItemExporter):
    """Writes each item to ``_posts/…/YYYY-MM-DD-ID.md`` under ``folder``; see :class:`~crawler.archive.files.PostFiles`."""

    def __init__(self, folder: Path, layout: str) -> None:
        super().__init__(dont_fail=True)
        self._files = PostFiles(folder, layout)

    def export_item(self, item: Any) -> None:
        """Write one post's file.

        :raises OSError: if the disk does not take it.
        """
        post = ItemAdapter(item)
        self._files.write(self._files.path_of(post["filename"]), post["content"])
