"""What of a run is Scrapy's: cache storage, capture, politeness, scope, frontier, progress, opening and closing the archive."""
