"""Spiders that keep no archive, of ``scrapy genspider`` or ``runspider`` say: they run as in any Scrapy project."""

from __future__ import annotations

from typing import Any

from scrapy.settings import BaseSettings, default_settings

from crawler import settings as ours
from crawler.crawl.console.log import unquiet_scrapy

#: What ``crawler/settings.py`` sets for archives alone; what it says of politeness holds for every spider.
FOR_ARCHIVES = (
    "CONCURRENT_ITEMS",
    "DOWNLOADER_MIDDLEWARES",
    "DOWNLOADER_MIDDLEWARES_BASE",
    "EXTENSIONS",
    "EXTENSIONS_BASE",
    "HTTPCACHE_ENABLED",
    "HTTPCACHE_POLICY",
    "HTTPCACHE_STORAGE",
    "ITEM_PIPELINES",
    "LOGSTATS_INTERVAL",
    "LOG_FORMATTER",
    "RETRY_EXCEPTIONS",
    "RETRY_GIVE_UP_LOG_LEVEL",
    "SPIDER_MIDDLEWARES_BASE",
    "STATS_CLASS",
    "STATS_DUMP",
)
#: Scrapy's handlers for these take neither Twisted's loop nor anything more that is installed.
_HANDLERS = {
    "data": "scrapy.core.downloader.handlers.datauri.DataURIDownloadHandler",
    "file": "scrapy.core.downloader.handlers.file.FileDownloadHandler",
}
_PROJECT = "project"


def as_in_any_project(settings: BaseSettings) -> None:
    """Give Scrapy's defaults back to the settings that are for archives; what a person has set otherwise stays."""
    for name in FOR_ARCHIVES:
        if _plain(settings[name]) == _plain(getattr(ours, name)):
            settings.delete(name, priority=_PROJECT)
            value = getattr(default_settings, name)
            settings.set(name, BaseSettings(value, "default") if isinstance(value, dict) else value, priority=_PROJECT)
    for scheme, handler in _HANDLERS.items():
        if settings["DOWNLOAD_HANDLERS"].get(scheme) is None:
            settings["DOWNLOAD_HANDLERS"].set(scheme, handler, priority=_PROJECT)
    unquiet_scrapy()


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, BaseSettings) else value
