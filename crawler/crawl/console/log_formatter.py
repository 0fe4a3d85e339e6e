"""Scrapy's lines on items; a module of its own, for commands that crawl nothing do without what it imports."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.logformatter import LogFormatter

from crawler.archive.disk import takes_nothing
from crawler.crawl.context import RunContext

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult
    from twisted.python.failure import Failure

_ENGINE = logging.getLogger("scrapy.core.engine")


class ShortLogFormatter(LogFormatter):
    """``LOG_FORMATTER``: Scrapy's lines on items, without a dump of the item, which the run report or the index has."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]
        """The line on a response, unless nobody will see it."""
        return super().crawled(request, response, spider) if _ENGINE.isEnabledFor(logging.DEBUG) else None

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Any) -> LogFormatterResult:
        """The line on a post that failed validation."""
        level = logging.DEBUG if _is_said(exception.__cause__, spider) else logging.WARNING
        return {"level": level, "msg": "dropped: %(reason)s", "args": {"reason": str(exception)}}

    def spider_error(
        self, failure: Failure, request: Request, response: Response | Failure, spider: Spider
    ) -> LogFormatterResult:
        """The line on an error in the spider."""
        line = super().spider_error(failure, request, response, spider)
        if _is_said(failure.value, spider):
            line["level"] = logging.DEBUG
        return line

    def scraped(self, item: Any, response: Any, spider: Any) -> LogFormatterResult:
        """The line on a post that went through all pipelines."""
        name = getattr(item, "filename", type(item).__name__)
        return {"level": logging.DEBUG, "msg": "post: %(name)s", "args": {"name": name}}


def _is_said(error: BaseException | None, spider: Spider) -> bool:
    """Whether an error is that of a disk that takes nothing more, of which one line has told that it ends the run."""
    return bool(takes_nothing(error) and RunContext.of(spider.crawler).cannot_keep)
