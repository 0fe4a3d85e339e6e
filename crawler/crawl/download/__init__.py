"""How requests are sent and answers received: Scrapy's downloader, its middlewares, and the download handlers."""
