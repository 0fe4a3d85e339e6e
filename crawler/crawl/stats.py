"""Scrapy's counts of a run, without a check for arguments of former versions at each access."""

from __future__ import annotations

from scrapy.statscollectors import MemoryStatsCollector


class Stats(MemoryStatsCollector):
    """``STATS_CLASS``."""

    __getattribute__ = object.__getattribute__
