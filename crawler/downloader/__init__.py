"""Between Scrapy and the network: capture, origins, ``Retry-After``."""
