"""Scrapy's log lines in our words: a dropped post is in the run report and needs no dump of the item."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.logformatter import LogFormatter

if TYPE_CHECKING:
    from scrapy.logformatter import LogFormatterResult


class LogLines(LogFormatter):
    """``LOG_FORMATTER``."""

    def dropped(self, item: Any, exception: BaseException, response: Any, spider: Any) -> LogFormatterResult:
        """A post that failed validation."""
        return {"level": logging.WARNING, "msg": "dropped: %(reason)s", "args": {"reason": str(exception)}}

    def scraped(self, item: Any, response: Any, spider: Any) -> LogFormatterResult:
        """A post that went through."""
        name = getattr(item, "filename", type(item).__name__)
        return {"level": logging.DEBUG, "msg": "post: %(name)s", "args": {"name": name}}
