"""The page of ``scrapy report``: the history of an archive in charts and tables."""
