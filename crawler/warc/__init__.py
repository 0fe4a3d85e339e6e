"""WARC files: records, reading past damage, content encoding, redaction. No SQLite, no Scrapy."""
