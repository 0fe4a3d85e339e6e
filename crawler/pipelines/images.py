"""Pictures of posts into the captures, so that replay shows them: Scrapy's media pipeline, for hosts that a person has named.

The posts themselves do not need them: what cannot be had is told in a line of the run report, and is no loss.
"""

from __future__ import annotations

import re
from collections import Counter
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import urljoin, urlsplit

from scrapy import Request
from scrapy.pipelines.media import MediaPipeline

from crawler.crawl.asked import ASKED, Asked
from crawler.crawl.context import RunContext
from crawler.items import Post

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

_SOURCE = re.compile(r"""<img\b[^>]*?\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_FOUND = 200


def image_urls(content: str, base: str) -> list[str]:
    """The absolute addresses of a source post's pictures, each once; only those of the web.

    >>> image_urls('<img src="//a.example/b.png?x=1&amp;y=2"><img src="data:x">', "https://example.org/c")
    ['https://a.example/b.png?x=1&y=2']
    """
    found = []
    for double, single in _SOURCE.findall(content):
        try:
            url = urljoin(base, unescape(double or single).strip())
        except ValueError:
            continue
        if urlsplit(url).scheme in ("http", "https"):
            found.append(url.partition("#")[0])
    return list(dict.fromkeys(found))


class ImagePipeline(MediaPipeline):
    """Asks for each picture once: one that was captured is not asked for again."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        context = RunContext.of(crawler)
        self._hosts = frozenset(crawler.settings.getlist("IMAGE_HOSTS"))
        self._catalog = context.archive.catalog
        self._report = context.report
        self._elsewhere: Counter[str] = Counter()
        self._failed: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ImagePipeline:
        """Scrapy's way to make a component."""
        return cls(crawler)

    def get_media_requests(self, item: Any, info: MediaPipeline.SpiderInfo, **_: Any) -> list[Request]:
        """Requests for the pictures of a post that lie on the hosts that were named."""
        requests = []
        for url in image_urls(item.content, item.url) if isinstance(item, Post) else ():
            if urlsplit(url).netloc not in self._hosts:
                self._elsewhere[urlsplit(url).netloc] += 1
            elif self._catalog.latest(url, found=True) is None:
                requests.append(Request(url, meta={ASKED: Asked(image=True)}, priority=-1))
        return requests

    def media_to_download(self, request: Request, info: MediaPipeline.SpiderInfo, **_: Any) -> None:
        """Nothing is at hand that would not have to be asked for: what was captured is not requested at all."""

    def file_path(self, request: Request, *_: Any, **__: Any) -> str:
        """Pictures lie in the captures, and in no file of their own."""
        return request.url

    def media_downloaded(self, response: Response, request: Request, info: MediaPipeline.SpiderInfo, **_: Any) -> Any:
        """It is captured by now."""
        if response.status != _FOUND:
            self._failed[request.url] = f"HTTP {response.status}"
        return request.url

    def media_failed(self, failure: Failure, request: Request, info: MediaPipeline.SpiderInfo) -> Any:
        """It could not be had, or is larger than ``IMAGE_MAXSIZE``."""
        self._failed[request.url] = failure.getErrorMessage() or type(failure.value).__name__
        return request.url

    def item_completed(self, results: Any, item: Any, info: MediaPipeline.SpiderInfo) -> Any:
        """The post goes on, whatever became of its pictures."""
        return item

    def close_spider(self) -> None:
        """Say what could not be had."""
        if self._failed:
            url, why = next(iter(self._failed.items()))
            self._report.warnings.append(f"{len(self._failed)} pictures could not be had: {url} for one: {why}")
        if self._elsewhere:
            hosts = ", ".join(f"{host} ({number})" for host, number in self._elsewhere.most_common(5))
            self._report.warnings.append(f"pictures on hosts that IMAGE_HOSTS does not name were left alone: {hosts}")
