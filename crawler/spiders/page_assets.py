"""Images, styles and scripts of the pages of a site, from its own hosts: each is captured once, styles and scripts again."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from scrapy import Request

from crawler.counted import counted
from crawler.errors import short_reason
from crawler.markup.links.address import split
from crawler.markup.links.requisites import style_requisites

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from scrapy.http import Response
    from scrapy.settings import BaseSettings
    from twisted.python.failure import Failure

    from crawler.crawl.context import RunContext

_FOUND = 200
#: These keep their addresses when they change; pictures seldom do.
_CHANGING = (".css", ".js")
_PRIORITY = -1
_SHOWN = 5


class PageAssets:
    """What the pages of one run show. Posts are complete without it: what cannot be had is a warning, and no loss.

    :param script: gives the requests that a script leads to.
    """

    def __init__(self, context: RunContext, settings: BaseSettings, script: Callable[[Response], Iterator[Request]]) -> None:
        self._context, self._script = context, script
        self._site = context.site
        self._most, self._maxsize = settings.getint("EXPLORE_PAGES"), settings.getint("ASSET_MAXSIZE")
        self._seen: set[str] = set()
        self._failed: dict[str, str] = {}
        self._elsewhere: Counter[str] = Counter()

    def request(self, url: str, *, again: bool) -> Iterator[Request]:
        """The request for what a page shows, if it was not requested before.

        :param again: whether styles and scripts are requested although they are captured: they may have changed.
        """
        url = self._site.canonical(url)
        if url in self._seen:
            return
        if split(url).netloc != self._site.host:
            self._elsewhere[split(url).netloc] += 1
            return
        if len(self._seen) >= self._most:
            self._context.report.failed(
                url, f"images, styles and scripts from this one on were left out (EXPLORE_PAGES={self._most})"
            )
            return
        self._seen.add(url)
        changes = again and split(url).path.lower().endswith(_CHANGING)
        if changes or self._context.latest(url) is None:
            yield Request(
                url,
                callback=self.parse,
                errback=self.failed,
                dont_filter=True,
                priority=_PRIORITY,
                cb_kwargs={"again": again},
                meta={"download_maxsize": self._maxsize},
            )

    def parse(self, response: Response, *, again: bool) -> Iterator[Request]:
        """Read a response: a style sheet shows more, and a script may name pages."""
        if response.status != _FOUND:
            self._failed[response.url] = f"HTTP {response.status}"
        elif split(response.url).path.lower().endswith(".css"):
            for url in style_requisites(response.body, response.url):
                yield from self.request(url, again=again)
        elif split(response.url).path.lower().endswith(".js"):
            yield from self._script(response)

    def failed(self, failure: Failure) -> None:
        """Note what got no response, or one that is too large; this is the errback of requests."""
        self._failed[failure.request.url] = short_reason(failure.value)  # type: ignore[attr-defined]

    def warnings(self) -> Iterator[str]:
        """What a person should know, a line each."""
        if self._failed:
            url, why = next(iter(self._failed.items()))
            number = counted(len(self._failed), "image, style or script", "images, styles and scripts")
            yield f"{number} could not be had; the first: {url}: {why}"
        if self._elsewhere:
            hosts = ", ".join(f"{host} ({number})" for host, number in self._elsewhere.most_common(_SHOWN))
            yield f"what pages show from other hosts was left alone: {hosts}"
