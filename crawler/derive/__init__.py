"""Captures -> posts: the one definition that crawl, rebuild and verify share."""
