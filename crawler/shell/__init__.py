"""``scrapy shell``: pages come from the archives first, and each post page also gives its post."""
