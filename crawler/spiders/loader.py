"""Scrapy's spider loader, which finds a spider for each learned site, too."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.spiderloader import SpiderLoader

from crawler.archive.root import set_root
from crawler.sites import archived
from crawler.spiders.jekyll import JekyllSpider

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request, Spider
    from scrapy.settings import BaseSettings


class SiteSpiderLoader(SpiderLoader):
    """The spiders of the project's modules, and of the archives that have a ``site.toml``, under the names of their folders.

    A name that a module's spider has is never that of a learned site.
    """

    def __init__(self, settings: BaseSettings) -> None:
        set_root(settings["ARCHIVE_ROOT"])
        super().__init__(settings)

    def load(self, spider_name: str) -> type[Spider]:
        """The spider class of this name.

        :raises KeyError: if there is none, or its site cannot be loaded.
        """
        if spider_name in self._spiders or spider_name not in archived.names():
            return super().load(spider_name)
        try:
            site = archived.load(spider_name)
        except archived.BrokenLearnedSite as error:
            raise KeyError(str(error)) from None
        if site is None:
            raise KeyError(spider_name)
        return JekyllSpider.of(site)

    def find_by_request(self, request: Request) -> list[str]:
        """The names of the spiders whose hosts a request goes to."""
        return [
            *super().find_by_request(request),
            *(name for name in self._learned() if self.load(name).handles_request(request)),
        ]

    def list(self) -> list[str]:
        """The names of all spiders that can be loaded."""
        return [*super().list(), *self._learned()]

    def _learned(self) -> Iterator[str]:
        for name in archived.names():
            if name not in self._spiders:
                try:
                    self.load(name)
                except KeyError:
                    continue
                yield name
