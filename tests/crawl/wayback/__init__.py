"""Sites crawled out of web archives: ours, pywb, and CDX servers of all kinds."""
