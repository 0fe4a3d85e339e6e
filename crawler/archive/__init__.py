"""What is stored: captures (WARC), catalog (SQLite), and Scrapy's cache interface onto them."""
