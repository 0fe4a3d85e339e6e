"""The log, for people: one line for each error, and nothing about Scrapy's own parts; ``--loglevel DEBUG`` shows everything."""

from __future__ import annotations

import logging
import os
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import NotConfigured

if TYPE_CHECKING:
    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

#: Below warnings, these loggers write about Scrapy itself only: its version, its parts, its settings.
_OF_SCRAPY = ("scrapy.utils.log", "scrapy.addons", "scrapy.middleware", "scrapy.crawler", "scrapy.core.engine")
_FORMAT = "%(asctime)s %(levelname)s: %(message)s"
_DEFAULT = 0


class PlainLog:
    """Makes log records without tracebacks, whichever handler shows them."""

    def __init__(self, settings: BaseSettings) -> None:
        quiet_scrapy(settings)
        logging.setLogRecordFactory(one_line_record)
        # Scrapy makes a record of every page and item even where nobody will see it.
        logging.getLogger("scrapy").setLevel(settings.get("LOG_LEVEL"))

    @classmethod
    def from_crawler(cls, crawler: Crawler) -> PlainLog:
        """Make the component; not with ``LOG_LEVEL=DEBUG``."""
        if is_debugging(crawler.settings):
            raise NotConfigured
        return cls(crawler.settings)


def is_debugging(settings: BaseSettings) -> bool:
    """Whether everything is to be logged, as ``--loglevel DEBUG`` asks."""
    return str(settings.get("LOG_LEVEL")).upper() in ("DEBUG", str(logging.DEBUG))


def quiet_scrapy(settings: BaseSettings) -> None:
    """Keep Scrapy's lines about itself out of the log; a command calls this before Scrapy writes them."""
    if os.environ.get("TERM", "") in ("", "dumb") and not settings.frozen and settings.getpriority("LOG_COLOR") == _DEFAULT:
        settings.set("LOG_COLOR", value=False, priority="default")
    if is_debugging(settings):
        return
    for name in _OF_SCRAPY:
        logging.getLogger(name).addFilter(_is_warning)
    if not settings.frozen and settings.getpriority("LOG_FORMAT") == _DEFAULT:
        settings.set("LOG_FORMAT", _FORMAT, priority="default")


def unquiet_scrapy() -> None:
    """Undo :func:`quiet_scrapy` and lines without tracebacks: for a spider that its author watches."""
    for name in _OF_SCRAPY:
        logging.getLogger(name).removeFilter(_is_warning)
    logging.setLogRecordFactory(logging.LogRecord)


def _is_warning(record: logging.LogRecord) -> bool:
    return record.levelno >= logging.WARNING


def one_line_record(*args: Any, **kwargs: Any) -> logging.LogRecord:
    """A log record with its exception at the end of its one line."""
    record = logging.LogRecord(*args, **kwargs)
    if isinstance(record.exc_info, tuple) and record.exc_info[1] is not None:
        error = record.exc_info[1]
        message = (record.getMessage().splitlines() or [""])[0]
        text = (str(error).splitlines() or [type(error).__name__])[0]
        record.msg = message if text in message else f"{message}: {text}"
        record.args = ()
    record.exc_info = None
    return record
