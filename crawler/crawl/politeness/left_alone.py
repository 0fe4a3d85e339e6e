"""What becomes of a request that is not made, because its host is to be left alone in this run."""

from __future__ import annotations

from scrapy.exceptions import IgnoreRequest


class HostLeftAlone(IgnoreRequest):
    """A host is left to the next run; the request says nothing about its page."""
