"""Captures the pictures of posts, so that replay shows them: Scrapy's media pipeline, for the hosts in ``IMAGE_HOSTS``.

Posts are complete without pictures: those that cannot be had are a warning in the run report, and no loss.
"""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING, Any

from itemadapter import ItemAdapter
from scrapy import Request
from scrapy.pipelines.media import MediaPipeline

from crawler.crawl.context import RunContext
from crawler.crawl.request_meta import REQUEST_META, RequestMeta
from crawler.markup.characters import unescaped
from crawler.markup.links.address import absolute, split

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.http import Response
    from twisted.python.failure import Failure

_SOURCE = re.compile(r"""<img\b[^>]*?\bsrc\s*=\s*(?:"([^"]*)"|'([^']*)')""", re.IGNORECASE)
_FOUND = 200


def image_urls(content: str, base: str) -> list[str]:
    """The absolute web addresses of a source post's pictures, each once.

    >>> image_urls('<img src="//a.example/b.png?x=1&amp;y=2"><img src="data:x">', "https://example.org/c")
    ['https://a.example/b.png?x=1&y=2']
    """
    found = []
    for double, single in _SOURCE.findall(content):
        url = absolute(base, unescaped(double or single))
        if url is not None and split(url).scheme in ("http", "https"):
            found.append(url.partition("#")[0])
    return list(dict.fromkeys(found))


class ImagePipeline(MediaPipeline):
    """Requests each picture that is not captured yet."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler=crawler)
        context = RunContext.of(crawler)
        self._hosts = frozenset(crawler.settings.getlist("IMAGE_HOSTS"))
        self._catalog = context.archive.catalog
        self._canonical = context.site.canonical
        self._report = context.report
        self._elsewhere: Counter[str] = Counter()
        self._failed: dict[str, str] = {}

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> ImagePipeline:
        """Make the component."""
        return cls(crawler)

    def get_media_requests(self, item: Any, info: MediaPipeline.SpiderInfo, **_: Any) -> list[Request]:
        """Requests for the pictures of a post, on the hosts in ``IMAGE_HOSTS``; an item without ``content`` has none."""
        requests, adapter = [], ItemAdapter(item)
        for url in image_urls(adapter.get("content") or "", adapter["url"]):
            if split(url).netloc not in self._hosts:
                self._elsewhere[split(url).netloc] += 1
            elif self._catalog.latest(self._canonical(url), found=True) is None:
                requests.append(Request(url, meta={REQUEST_META: RequestMeta(image=True)}, priority=-1))
        return requests

    def media_to_download(self, request: Request, info: MediaPipeline.SpiderInfo, **_: Any) -> None:
        """Download every requested picture, because those that are captured are not requested at all."""

    def file_path(self, request: Request, *_: Any, **__: Any) -> str:
        """The picture's address: pictures are in the captures, and have no files of their own."""
        return request.url

    def media_downloaded(self, response: Response, request: Request, info: MediaPipeline.SpiderInfo, **_: Any) -> Any:
        """Note a picture that the host did not give; any response is captured by now."""
        if response.status != _FOUND:
            self._failed[request.url] = f"HTTP {response.status}"
        return request.url

    def media_failed(self, failure: Failure, request: Request, info: MediaPipeline.SpiderInfo) -> Any:
        """Note a picture that could not be had, or is larger than ``IMAGE_MAXSIZE``."""
        self._failed[request.url] = failure.getErrorMessage() or type(failure.value).__name__
        return request.url

    def item_completed(self, results: Any, item: Any, info: MediaPipeline.SpiderInfo) -> Any:
        """Pass the post on, with or without its pictures."""
        return item

    def close_spider(self) -> None:
        """Add warnings on missing pictures to the run report."""
        if self._failed:
            url, why = next(iter(self._failed.items()))
            self._report.warnings.append(f"{len(self._failed)} pictures could not be had; the first: {url}: {why}")
        if self._elsewhere:
            hosts = ", ".join(f"{host} ({number})" for host, number in self._elsewhere.most_common(5))
            self._report.warnings.append(f"pictures on hosts that IMAGE_HOSTS does not name were left alone: {hosts}")
