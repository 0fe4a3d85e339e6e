"""WARC files: writing records, reading past damage, content encoding, redaction. No SQLite, no Scrapy."""
