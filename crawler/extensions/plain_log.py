"""Errors for people: one line each; tracebacks only with ``--loglevel DEBUG``."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from scrapy.crawler import Crawler


class PlainLog:
    """Replaces the traceback of a log record by the exception's own line."""

    def __init__(self) -> None:
        for handler in logging.getLogger().handlers:
            handler.addFilter(without_traceback)

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PlainLog:
        """Scrapy's way to make a component; not for ``LOG_LEVEL=DEBUG``."""
        if str(crawler.settings.get("LOG_LEVEL")).upper() == "DEBUG":
            raise NotConfigured
        return cls()


def without_traceback(record: logging.LogRecord) -> bool:
    """A logging filter that lets everything through, without tracebacks."""
    if record.exc_info and isinstance(record.exc_info, tuple):
        error = record.exc_info[1]
        record.msg = f"{record.getMessage().splitlines()[0] if record.getMessage() else ''}: {type(error).__name__}: {error}"
        record.args = ()
    record.exc_info = None
    record.exc_text = None
    return True
