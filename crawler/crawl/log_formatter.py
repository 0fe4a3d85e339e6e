"""Scrapy's lines on items; a module of its own, for commands that crawl nothing do without what it imports."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.logformatter import LogFormatter

if TYPE_CHECKING:
    from scrapy import Request, Spider
    from scrapy.http import Response
    from scrapy.logformatter import LogFormatterResult

_ENGINE = logging.getLogger("scrapy.core.engine")


class ShortLogFormatter(LogFormatter):
    """``LOG_FORMATTER``: Scrapy's lines on items, without a dump of the item, which the run report or the index has."""

    def crawled(self, request: Request, response: Response, spider: Spider) -> LogFormatterResult | None:  # type: ignore[override]
        """The line on a response, unless nobody will see it."""
        return super().crawled(request, response, spider) if _ENGINE.isEnabledFor(logging.DEBUG) else None

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Any) -> LogFormatterResult:
        """The line on a post that failed validation."""
        return {"level": logging.WARNING, "msg": "dropped: %(reason)s", "args": {"reason": str(exception)}}

    def scraped(self, item: Any, response: Any, spider: Any) -> LogFormatterResult:
        """The line on a post that went through all pipelines."""
        name = getattr(item, "filename", type(item).__name__)
        return {"level": logging.DEBUG, "msg": "post: %(name)s", "args": {"name": name}}
