"""``scrapy browse``: Datasette on the SQLite export, with a page for each post."""
