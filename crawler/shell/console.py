"""Scrapy's shell with a crawler for each site, so that ``fetch(url)`` gets any address as ``scrapy shell url`` does."""

from __future__ import annotations

import asyncio
import shutil
import signal
import threading
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy import Request, Spider
from scrapy.exceptions import IgnoreRequest
from scrapy.shell import Shell
from scrapy.utils.spider import DefaultSpider

from crawler.crawl.console.log import is_debugging
from crawler.errors import CannotRun, short_reason
from crawler.exit_codes import LOSSES
from crawler.items import Post, Rejection
from crawler.shell.names import ArchiveReader, cannot_be_had, post_of, source
from crawler.shell.site_choice import choice, site_of, spider_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.crawler import AsyncCrawlerProcess, Crawler
    from scrapy.http import Response

_HELP = (
    ("fetch(url)", "get a page: out of the archive if it is there"),
    ("archived(url)", "the newest archived response, None if there is none"),
    ("history(url)", "every capture of an address, oldest first"),
    ("source(post)", "the source post, as its file would hold it"),
    ("view(response)", "show the page in a browser"),
    ("shelp()", "print this again"),
)


class CannotBeHad(CannotRun):
    """One line: which page is neither archived nor could be downloaded, and why."""

    exit_code: ClassVar[int] = LOSSES


class BadCode(CannotRun):
    """One line: what is wrong with the code that was given with ``-c``."""

    exit_code: ClassVar[int] = LOSSES


class ArchiveShell(Shell):
    """``fetch`` uses the crawler of the site that an address belongs to; an address of no site is downloaded."""

    def __init__(
        self,
        process: AsyncCrawlerProcess,
        loop: asyncio.AbstractEventLoop,
        warn: Callable[[str], None],
        *,
        spidercls: type[Spider] | None = None,
        code: str | None = None,
    ) -> None:
        self._process = process
        self._event_loop = loop
        self._warn = warn
        self._chosen = spidercls
        self._crawlers: dict[type[Spider], Crawler] = {}
        self._spiders: dict[type[Spider], Spider | None] = {}
        self._doubted = set[type[Spider]]()
        self._started = False
        self._failure = ""
        super().__init__(self._crawler(spidercls or DefaultSpider), code=code, loop=loop)
        self._archives = ArchiveReader(self.crawler.settings, getattr(spidercls, "site", None))

    def start(self, *args: Any, **kwargs: Any) -> None:
        """Get the page, then open the console or evaluate the code.

        :raises CannotBeHad: if the page cannot be had.
        :raises BadCode: if the code fails.
        """
        try:
            super().start(*args, **kwargs)
        except (CannotRun, OSError):
            raise
        except Exception as error:
            if self.code and self._started:
                raise BadCode(f"-c {self.code!r}: {type(error).__name__}: {short_reason(error)}") from error
            raise

    # Crawlers

    def _crawler(self, spidercls: type[Spider]) -> Crawler:
        """The crawler of a spider; it is made in the thread of its event loop, because extensions may need that loop."""
        if spidercls not in self._crawlers:
            made = asyncio.run_coroutine_threadsafe(self._start_crawler(spidercls), self._event_loop)
            self._crawlers[spidercls] = made.result()
        return self._crawlers[spidercls]

    async def _start_crawler(self, spidercls: type[Spider]) -> Crawler:
        crawler = self._process._create_crawler(spidercls)  # noqa: SLF001 - as Scrapy's own shell does
        crawler._apply_settings()  # noqa: SLF001
        crawler.engine = crawler._create_engine()  # noqa: SLF001
        self._task = self._event_loop.create_task(crawler.engine.start_async(_start_request_processing=False))
        return crawler

    def _switch_to(self, url: str) -> None:
        """Use the crawler of the site of ``url`` from now on."""
        self._spiders[self.crawler.spidercls] = self.spider
        spidercls = self._chosen or spider_of(url, self._process.spider_loader)
        self.crawler = self._crawler(spidercls)
        self.spider = self._spiders.get(spidercls)
        if spidercls is DefaultSpider and url.startswith("http"):
            self._warn(f"{url} is on no site that is archived here: it is downloaded, and not kept")
        doubt = None if self._chosen or spidercls in self._doubted else choice(url)
        if doubt:
            self._doubted.add(spidercls)
            self._warn(doubt)

    # Fetching

    def fetch(self, request_or_url: Request | str, spider: Spider | None = None, redirect: bool = True, **kwargs: Any) -> None:  # noqa: FBT001, FBT002 - Scrapy's signature
        """Get a page, and set ``response``, ``post`` and the other names; on failure print why, and set them to ``None``.

        :raises CannotBeHad: on failure, for the page with which the shell starts.
        """
        self._listen_to_ctrl_c()
        is_url = isinstance(request_or_url, str)
        url = request_or_url if isinstance(request_or_url, str) else request_or_url.url
        site = site_of(url, getattr(self._chosen, "site", None))
        url = site.canonical(url) if site else url
        self._switch_to(url)
        self._failure = ""
        try:
            super().fetch(url if is_url else request_or_url, spider, redirect, **kwargs)
        except Exception as error:
            if is_debugging(self.crawler.settings):
                raise
            self._failure = short_reason(error)
        if self._failure:
            self._cannot_be_had(url)

    def _cannot_be_had(self, url: str) -> None:
        line = cannot_be_had(url, self._failure)
        if not self._started:
            raise CannotBeHad(line)
        self._warn(line)
        self.populate_vars(None, _request(url), self.spider)

    async def _schedule(self, request: Request, spider: Spider | None) -> Response:
        try:
            return await super()._schedule(request, spider)
        except IgnoreRequest as error:  # Scrapy's shell does not tell the reason
            self._failure = str(error) or type(error).__name__
            raise

    # Names

    def populate_vars(
        self, response: Response | None = None, request: Request | None = None, spider: Spider | None = None
    ) -> None:
        """Set the names that a person can type."""
        self._listen_to_ctrl_c()
        self.vars |= {"source": source, "archived": self._archives.archived, "history": self._archives.history}
        self.vars["post"] = post_of(response, spider, self._event_loop)
        super().populate_vars(response, request, spider)
        self._started = self._started or not self._failure

    @staticmethod
    def _listen_to_ctrl_c() -> None:
        """Let Ctrl-C, which Scrapy's shell ignores, discard the typed line or stop a statement that takes too long."""
        if threading.current_thread() is threading.main_thread():
            signal.signal(signal.SIGINT, signal.default_int_handler)

    def get_help(self) -> str:
        """The help on the names, no wider than the terminal."""
        have = [(name, repr(self.vars[name])) for name in ("response", "request", "spider") if self.vars.get(name) is not None]
        have.append(("post", _post_in_words(self.vars.get("post"), self.vars.get("response"))))
        have.append(("", "and Scrapy's crawler, settings, item, scrapy"))
        width = shutil.get_terminal_size().columns - 1
        lines = ["What there is:", *(f"  {name:<10} {what}" for name, what in have), "What can be done:"]
        lines += [f"  {name:<15} {what}" for name, what in _HELP]
        return "\n".join(f"[s] {line}"[: max(width, 20)] for line in lines) + "\n"


def _post_in_words(post: Post | Rejection | None, response: Response | None) -> str:
    if response is None:
        return "None until a page is fetched"
    if post is None:
        return "None: this is no post's page"
    if isinstance(post, Rejection):
        return f"Rejection: {post.reason}"
    return f"Post {post.id}, {post.fidelity}: what extraction makes of the page"


def _request(url: str) -> Request | None:
    """The request for what a person typed; ``None`` if that is no address."""
    try:
        return Request(url, dont_filter=True)
    except ValueError:
        return None
