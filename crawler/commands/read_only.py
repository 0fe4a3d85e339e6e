"""The base of read-only commands: archived responses are used first, and nothing is written."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, Any

from scrapy.exceptions import UsageError

from crawler.commands.base import CommandMixin
from crawler.commands.streams import print_stderr
from crawler.exit_codes import COULD_NOT_RUN, INTERRUPTED, LOSSES
from crawler.invocation import command

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import AsyncIterator

    from scrapy import Spider
    from scrapy.http import Response
    from twisted.python.failure import Failure

_READ_ONLY = {"CAPTURE_ENABLED": False, "ARCHIVE_FIRST": True, "AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_DELAY": 0}
_PROJECT = 20


def no_spider(name: str, names: list[str]) -> UsageError:
    """The error for an unknown spider, with the most similar name.

    :raises crawler.sites.declared.BrokenSite: if there is a site of that name which cannot be loaded.
    """
    from crawler.sites import declared

    if name in declared.names():
        declared.load(name)
    near = difflib.get_close_matches(name, names, 1)
    return UsageError(f"there is no spider {name!r}; {f'did you mean {near[0]}?' if near else command('list') + ' shows them'}")


class ReadOnlyMixin(CommandMixin):
    """Goes before one of Scrapy's commands; settings given with ``-s`` keep their values."""

    reads_archives = True

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Read Scrapy's options, then set the read-only settings."""
        super().process_options(args, opts)
        assert self.settings is not None
        for name, value in _READ_ONLY.items():
            if (self.settings.getpriority(name) or 0) <= _PROJECT:
                self.settings.set(name, value, priority="project")

    def spider_named(self, name: str) -> type[Spider]:
        """The spider that ``--spider`` names.

        :raises UsageError: if there is none of that name.
        """
        from crawler.spiders.site_spider import SiteSpider

        assert self.crawler_process is not None
        try:
            found = self.crawler_process.spider_loader.load(name)
        except KeyError:
            raise no_spider(name, self.crawler_process.spider_loader.list()) from None
        if issubclass(found, SiteSpider) and not hasattr(found, "site"):
            raise UsageError(f"{name} is no site's spider; name a site that was crawled with it: {command('list')} shows them")
        return found

    def spider_for(self, url: str) -> type[Spider]:
        """The spider of an address's site, or the only one that handles it; Scrapy's own if there is none.

        Where several sites have the address, a line says which is taken.
        """
        from scrapy import Request
        from scrapy.utils.spider import DefaultSpider, spidercls_for_request

        from crawler.shell.site_choice import choice, spider_of

        assert self.crawler_process is not None
        loader = self.crawler_process.spider_loader
        found = spider_of(url, loader)
        if found is DefaultSpider:
            return spidercls_for_request(loader, Request(url), DefaultSpider)
        doubt = choice(url)
        if doubt:
            print_stderr(doubt)
        return found

    @staticmethod
    def url_argument(args: list[str]) -> str:
        """The only argument, an address, in its canonical form.

        :raises UsageError: if there is none, or more than one.
        """
        from w3lib.url import is_url

        from crawler.markup.links.address import absolute
        from crawler.shell.site_choice import site_of

        if len(args) != 1 or not is_url(args[0]) or absolute("", args[0]) is None:
            raise UsageError("name one address, like https://example.org/page.html")
        site = site_of(args[0])
        return site.canonical(args[0]) if site else args[0]

    def start_process(self) -> None:
        """Crawl to the end; an interrupted crawl has its own exit code."""
        from crawler.commands.stopping import GracefulStop

        assert self.crawler_process is not None
        stop = GracefulStop(self.crawler_process)
        self.crawler_process.start()
        if self.crawler_process.bootstrap_failed:
            self.exitcode = COULD_NOT_RUN
        elif stop.requested:
            self.exitcode = INTERRUPTED

    def request_failed(self, failure: Failure) -> None:
        """Report why there is no page; this is the errback of requests. The exit code is 1."""
        from crawler.shell.names import cannot_be_had

        self.exitcode = LOSSES
        request = failure.request  # type: ignore[attr-defined]
        print_stderr(cannot_be_had(request.url, failure.value or "no answer"))


class OnePageMixin(ReadOnlyMixin):
    """The base of ``fetch`` and ``view``, which show one page; the exit code is 1 if there is none."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Show the page once the crawl has ended, so that an error in showing it is one line, too."""
        from scrapy import Request
        from scrapy.utils.datatypes import SequenceExclude

        redirects: dict[str, Any] = {"handle_httpstatus_list": SequenceExclude(range(300, 400))}
        responses: list[Response] = []
        request = Request(
            self.url_argument(args),
            callback=responses.append,
            errback=self.request_failed,
            dont_filter=True,
            meta={"handle_httpstatus_all": True} if opts.no_redirect else redirects,
        )
        assert self.crawler_process is not None
        spidercls = self.spider_named(opts.spider) if opts.spider else self.spider_for(request.url)

        async def start(self: Spider) -> AsyncIterator[Any]:  # noqa: ARG001 - becomes a method
            yield request

        spidercls.start = start  # type: ignore[method-assign]
        self.crawler_process.crawl(spidercls)
        self.start_process()
        for response in responses:
            self._print_response(response, opts)  # type: ignore[attr-defined]
