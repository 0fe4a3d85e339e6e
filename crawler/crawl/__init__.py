"""The components of a run that are Scrapy's: cache storage, capture, scope, politeness, frontier, progress, lifecycle."""
