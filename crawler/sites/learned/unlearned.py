"""A site of which nothing was learned yet: it has a name and a home page, and no page of it is known to be a post's."""

from __future__ import annotations

from crawler.sites.learned.site import LearnedSite
from crawler.sites.parsed import Kind


class UnlearnedSite(LearnedSite):
    """A learned site without layouts: its captures wait for ``scrapy learn``, or for the end of their first run."""

    def kind(self, url: str) -> Kind:
        """What a canonical URL leads to: the home page, or another page."""
        return Kind.LISTING if url == self.home else Kind.OTHER
