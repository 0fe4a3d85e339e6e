"""``scrapy shell``: every address answered by its own site's archive first, and what a post is made of at hand."""
