"""Errors for people: one line each; tracebacks only with ``--loglevel DEBUG``."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class PlainLog:
    """Has log records made without tracebacks, whichever handler shows them."""

    def __init__(self, level: str | int) -> None:
        logging.setLogRecordFactory(plain_record)
        # Scrapy makes a record of every page and item even where nobody will see it.
        logging.getLogger("scrapy").setLevel(level)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PlainLog:
        """Scrapy's way to make a component; not for ``LOG_LEVEL=DEBUG``."""
        level = crawler.settings.get("LOG_LEVEL")
        if str(level).upper() == "DEBUG":
            raise NotConfigured
        return cls(level)


def plain_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A log record whose exception is the end of its one line."""
    record = logging.LogRecord(*args, **kwargs)
    if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
        error = record.exc_info[1]
        message = (record.getMessage().splitlines() or [""])[0]
        text = (str(error).splitlines() or [type(error).__name__])[0]
        record.msg = message if text in message else f"{message}: {text}"
        record.args = ()
    record.exc_info = None
    return record
