"""Hands each post to the exporters: first the file, then the line that speaks of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
from itemadapter import ItemAdapter
from scrapy.exceptions import DropItem, NotConfigured

from crawler.archive.archive import Archive
from crawler.exporters.index import index_entry
from crawler.exporters.markdown import MarkdownExporter
from crawler.extensions.report import RunReport

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

#: What may differ between two looks at the same post without making a new version.
_SEEN = ("last_seen", "captures")


class WritePipeline:
    """Writes new and changed posts; an unchanged one touches nothing on disk."""

    def __init__(self, archive: Archive, report: RunReport, layout: str) -> None:
        self._catalog = archive.catalog
        self._index = archive.index
        self._report = report
        self._files = MarkdownExporter(archive.folder, layout)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WritePipeline:
        """Scrapy's way to make a component."""
        if not crawler.settings.getbool("CAPTURE_ENABLED"):
            raise NotConfigured
        layout = crawler.settings.get("POSTS_LAYOUT")
        return cls(Archive.from_crawler(crawler), RunReport.from_crawler(crawler), layout)

    def process_item(self, item: Any) -> Any:
        """Write the post unless the archive has it just so.

        :raises DropItem: if the disk does not take it; the next run makes it again from its capture.
        """
        post = ItemAdapter(item)
        old_line = self._catalog.post_line(post["id"])
        old = orjson.loads(old_line) if old_line else None
        captures = post["captures"]
        post["path"] = self._files.path_of(post["filename"])
        post["last_seen"] = captures[0].time if captures else ""
        post["first_seen"] = old["first_seen"] if old else post["last_seen"]
        entry = index_entry(post)
        entry["version"] = post["version"] = 1 if old is None else old["version"] + (old["sha256"] != entry["sha256"])
        if old is not None and all(entry[name] == value for name, value in old.items() if name not in _SEEN):
            self._report.count("unchanged")
            return item
        try:
            self._files.export_item(item)
            self._index.write(entry, changed=old is not None)
        except OSError as error:
            reason = f"could not be written: {error}; make room and run again"
            self._report.failed(post["url"], reason)
            raise DropItem(f"{post['url']} {reason}") from error
        if old is not None and old["path"] != entry["path"]:
            self._files.remove(old["path"])
        self._report.wrote(entry, changed=old is not None)
        return item
