"""Scrapy's spider loader, which finds a spider for each learned site, too."""

from __future__ import annotations

from contextlib import contextmanager
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING

from scrapy.spiderloader import SpiderLoader

import crawler.spiders
from crawler.archive.root import set_root
from crawler.errors import CannotRun, where_in
from crawler.sites.learned import archived

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scrapy import Request, Spider
    from scrapy.settings import BaseSettings

_OURS = "crawler.spiders"


class BrokenSpider(CannotRun):
    """One line: the module of a spider cannot be loaded, where, and why."""


@contextmanager
def _one_line_if_broken() -> Iterator[None]:
    try:
        yield
    except CannotRun:
        raise
    except Exception as error:
        why = where_in(error, tuple(crawler.spiders.__path__))
        raise BrokenSpider(f"a spider cannot be loaded: {why}; correct it, or take the file away") from error


class SiteSpiderLoader(SpiderLoader):
    """The spiders of the project's modules, and of the archives that have a ``site.toml``, under the names of their folders.

    A name that a module's spider has is never that of a learned site. A run imports the module of its own spider alone.
    """

    def __init__(self, settings: BaseSettings) -> None:
        set_root(settings["ARCHIVE_ROOT"])
        self._is_complete = False
        super().__init__(settings)

    def _load_all_spiders(self) -> None:
        """Do nothing: Scrapy calls this first, and most commands need one spider, or none."""

    def _complete(self) -> None:
        if not self._is_complete:
            self._is_complete = True
            with _one_line_if_broken():
                super()._load_all_spiders()

    def _find(self, name: str) -> None:
        """Load the module that is called as the spider, or that of declared sites; all modules, if the spider is in neither."""
        if name in self._spiders or self._is_complete:
            return
        places = [f"{_OURS}.{name}", f"{_OURS}.declared"] if self.spider_modules == [_OURS] and name.isidentifier() else []
        for place in places:
            if find_spec(place) is not None:
                with _one_line_if_broken():
                    self._load_spiders(import_module(place))
            if name in self._spiders:
                return
        self._found.clear()
        self._complete()

    def load(self, spider_name: str) -> type[Spider]:
        """The spider class of this name.

        :raises KeyError: if there is none, or its site cannot be loaded.
        """
        self._find(spider_name)
        if spider_name in self._spiders or spider_name not in archived.names():
            return super().load(spider_name)
        try:
            site = archived.load(spider_name)
        except archived.BrokenLearnedSite as error:
            raise KeyError(str(error)) from None
        if site is None:
            raise KeyError(spider_name)
        from crawler.spiders.jekyll import JekyllSpider  # noqa: PLC0415 - it takes a tenth of a second, and others need it not

        return JekyllSpider.of(site)

    def find_by_request(self, request: Request) -> list[str]:
        """The names of the spiders whose hosts a request goes to."""
        self._complete()
        return [
            *super().find_by_request(request),
            *(name for name in self._learned() if self.load(name).handles_request(request)),
        ]

    def list(self) -> list[str]:
        """The names of all spiders that can be loaded."""
        self._complete()
        return [*super().list(), *self._learned()]

    def _learned(self) -> Iterator[str]:
        for name in archived.names():
            if name not in self._spiders:
                try:
                    self.load(name)
                except KeyError:
                    continue
                yield name
