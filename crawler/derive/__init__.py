"""Captures -> posts. Crawl, rebuild, import, verify and shell all derive posts with this package."""
