"""Spiders: which links a crawl follows, in which order. They know nothing of page formats."""
