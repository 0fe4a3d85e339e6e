"""Writes each post to the archive."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING

from scrapy.exceptions import DropItem, NotConfigured

from crawler.archive.disk import DISK_ERRORS
from crawler.archive.files import UnfitName
from crawler.crawl.context import RunContext
from crawler.derive.stumbled import unfit
from crawler.items import UNREACHABLE, Missing, Post
from crawler.markup.source.body import without_front_matter

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.derive.posts import Derived

#: So many posts do not get one text by chance.
_SAME = 3


class WritePipeline:
    """Writes new and changed posts, and counts them in the run report."""

    def __init__(self, context: RunContext) -> None:
        self._context = context
        self._writer = context.writer
        self._report = context.report
        #: The addresses of changed posts by what their texts are now.
        self._texts: dict[bytes, list[str]] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> WritePipeline:
        """Make the component; for spiders that have a site, in runs that write."""
        context = RunContext.of(crawler)
        if not context.writes:
            raise NotConfigured
        return cls(context)

    def process_item(self, item: Derived | Missing) -> Post | Missing:
        """Write the post, unless the archive has this version; note a missing post as gone.

        :raises DropItem: if it cannot be written; the next run makes it again from its captures.
        """
        try:
            return self._missing(item) if isinstance(item, Missing) else self._write(item)
        except UnfitName as error:
            rejection = unfit(item.url if isinstance(item, Missing) else item.urls[-1], error)
            self._report.rejected(rejection)
            raise DropItem(f"{rejection.url}: {rejection.reason}") from error
        except DISK_ERRORS as error:
            url = item.url if isinstance(item, Missing) else item.urls[-1]
            self._context.could_not_write(url, error)
            raise DropItem(f"{url} {self._report.failures[url]}") from error

    def _write(self, derived: Derived) -> Post:
        post, entry = derived.post, derived.entry
        assert post is not None
        assert entry is not None
        outcome = self._writer.update(entry, derived.content)
        if outcome == "unchanged":
            self._report.count("unchanged")
        else:
            self._report.wrote(entry, changed=outcome == "changed")
        if outcome == "changed" and (text := without_front_matter(derived.content).strip()):
            self._texts.setdefault(sha256(text.encode()).digest(), []).append(post.url)
        self._report.gave_post(post.url)
        self._writer.note_visit(post.url, post.date, incomplete=UNREACHABLE in entry["notes"])
        return post

    def _missing(self, page: Missing) -> Missing:
        entry = self._writer.note_missing(page.url, listed=page.listed)
        if entry is not None:
            self._report.count("gone")
        elif page.listed:
            self._report.count("dead")
            self._report.dead_links.append(page.url)
        return page

    def close_spider(self) -> None:
        """Warn of posts that all have got the same text: a site may say so that it is being worked on."""
        for urls in self._texts.values():
            if len(urls) >= _SAME:
                line = f"{len(urls)} posts have got the same text; the first: {min(urls)}; look at it: it may be a notice"
                self._report.warnings.append(line)
