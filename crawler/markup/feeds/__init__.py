"""Feeds and sitemaps taken apart, well-formed or not: pure functions of bytes."""
