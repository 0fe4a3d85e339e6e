"""Obeys robots.txt (RFC 9309), also while it cannot be had: then the last known copy counts, and without one nothing is asked.

Scrapy's own middleware takes a robots.txt that cannot be had for one that forbids nothing.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from scrapy import Request, signals
from scrapy.downloadermiddlewares.robotstxt import RobotsTxtMiddleware
from scrapy.exceptions import IgnoreRequest
from scrapy.http.request import NO_CALLBACK
from scrapy.utils.httpobj import urlparse_cached
from scrapy.utils.misc import build_from_crawler

from crawler import clock
from crawler.crawl.context import RunContext
from crawler.crawl.politeness.crawl_delay import CrawlDelays
from crawler.crawl.politeness.robots_text import AGE, REDIRECTS, UnreadableRobots, readable, tells
from crawler.crawl.request_meta import request_meta
from crawler.errors import short_reason
from crawler.warc.content_encoding import UnreadableCoding

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from scrapy.crawler import Crawler
    from scrapy.robotstxt import RobotParser

    from crawler.archive.archive import Archive

logger = logging.getLogger(__name__)
_PATH = "/robots.txt"
_NOT_MODIFIED, _REFUSED = 304, 400
#: So many redirects are followed in the archive; RFC 9309, 2.3.1.2, asks for at least five.
_HOPS = 5
#: A century, in seconds.
_FOREVER = 3.2e9


class RobotsUnknown(IgnoreRequest):
    """The robots.txt of the page's host cannot be had, so that the page must not be asked for."""


class _NotTold(Exception):
    """The answer to a request for a robots.txt does not tell what it says; the text names its status."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """What is known of a host's robots.txt: a ``parser``, or why there is none."""

    parser: RobotParser | None
    reason: str = ""


class RobotsMiddleware(RobotsTxtMiddleware):
    """Asks for the robots.txt of each origin once a day; within a day, the archive answers."""

    def __init__(self, crawler: Crawler) -> None:
        super().__init__(crawler)
        self._context = RunContext.of(crawler)
        self._keep = timedelta(seconds=min(crawler.settings.getfloat("ROBOTSTXT_KEEP"), _FOREVER))
        self._archive_first = crawler.settings.getbool("ARCHIVE_FIRST")
        self._delays = CrawlDelays.of(crawler)
        #: One task for each origin, and when it began; whoever asks while it is under way waits for it.
        self._tasks: dict[str, tuple[asyncio.Task[_Rules], datetime]] = {}

    def process_request(self, request: Request) -> Awaitable[None] | None:  # type: ignore[override]
        """Check a request by the rules of its host; only where they are not known yet, there is something to wait for."""
        asked = self._tasks.get(_origin(request))
        if asked is None or not asked[0].done() or clock.now() - asked[1] >= AGE or "dont_obey_robotstxt" in request.meta:
            return super().process_request(request)
        parser = asked[0].result().parser
        if parser is None:
            return super().process_request(request)
        self.process_request_2(parser, request)
        return None

    async def robot_parser(self, request: Request) -> RobotParser | None:
        """The rules for a request.

        :raises RobotsUnknown: if they cannot be had, and the archive does not answer the request either.
        """
        origin = _origin(request)
        if origin not in self._tasks or clock.now() - self._tasks[origin][1] >= AGE:
            self._tasks[origin] = asyncio.ensure_future(self._ask(origin, request)), clock.now()
        rules = await asyncio.shield(self._tasks[origin][0])
        if rules.parser is None and not self._is_archived(request):
            raise RobotsUnknown(
                f"{origin}{_PATH} could not be had ({rules.reason}), so that nothing there may be asked for yet"
            )
        return rules.parser

    def _is_archived(self, request: Request) -> bool:
        """Whether the archive answers the request, so that no site is asked."""
        return request_meta(request).from_archive or (self._archive_first and self._context.latest(request.url) is not None)

    async def _ask(self, origin: str, request: Request) -> _Rules:
        """Ask for the robots.txt of ``origin``, because of ``request``."""
        url = origin + _PATH
        try:
            try:
                return await self._parsed(await self._download(url), request)
            except (UnreadableCoding, UnreadableRobots):  # it may be the archive's, and the host may have a better one by now
                return await self._parsed(await self._download(url, dont_cache=True), request)
        except Exception as error:  # noqa: BLE001 - whatever the network does, the rules are not known
            return await self._last_known(url, request, short_reason(error))

    async def _download(self, url: str, **meta: bool) -> bytes:
        """A robots.txt; it is empty if the host has none.

        :raises _NotTold: if the host answers, but does not say whether it has one.
        """
        self._stats.inc_value("robotstxt/request_count")
        asked = Request(url, priority=self.DOWNLOAD_PRIORITY, meta={"dont_obey_robotstxt": True} | meta, callback=NO_CALLBACK)
        assert self.crawler.engine is not None
        response = await self.crawler.engine.download_async(asked)
        self._stats.inc_value("robotstxt/response_count")
        self._stats.inc_value(f"robotstxt/response_status_count/{response.status}")
        if not tells(response.status):
            raise _NotTold(f"HTTP {response.status}")
        return response.body if response.status < _REFUSED else b""

    async def _last_known(self, url: str, request: Request, reason: str) -> _Rules:
        """The rules of the copy in the archive, if it is young enough."""
        archive = self._context.to_read
        found = last_known(archive, url, self._context.site.canonical) if archive else None
        if found is None:
            return _Rules(None, reason)
        body, time = found
        until = datetime.fromisoformat(time) + self._keep
        if clock.now() > until:
            return _Rules(None, f"{reason}; the copy of {time[:10]} is too old, see ROBOTSTXT_KEEP")
        try:
            rules = await self._parsed(body, request)
        except UnreadableRobots as error:
            return _Rules(None, f"{reason}; the copy of {time[:10]}: {error}")
        self._warn(f"{url} could not be had ({reason}); the copy of {time[:10]} counts until {until:%Y-%m-%d}")
        return rules

    async def _parsed(self, body: bytes, request: Request) -> _Rules:
        parser = build_from_crawler(self._parserimpl, self.crawler, readable(body))
        await self.crawler.signals.send_catch_log_async(signal=signals.robots_parsed, robotparser=parser, request=request)
        agent = self._robotstxt_useragent or request.headers.get(b"User-Agent") or self._default_useragent
        warning = self._delays.heed(urlparse_cached(request).hostname or "", parser.crawl_delay(agent))
        if warning:
            self._warn(warning)
        return _Rules(parser)

    def _warn(self, line: str) -> None:
        """Tell a person: in a run that writes, with the run report, which is logged at the end."""
        if self._context.writes:
            self._context.report.warnings.append(line)
        else:
            logger.warning("%s", line)


def _origin(request: Request) -> str:
    parts = urlparse_cached(request)
    return f"{parts.scheme}://{parts.netloc}"


def last_known(
    archive: Archive, url: str, canonical: Callable[[str], str], seen: frozenset[str] = frozenset()
) -> tuple[bytes, str] | None:
    """The newest robots.txt that the archive has, empty if the host had none, and when the host last said so.

    ``None`` if the host never told what it says. Redirects are followed as they were, to addresses that were not ``seen``.

    :param canonical: the site's method of this name.
    """
    url = canonical(url)
    seen |= {url}
    payloads = archive.captures.payloads
    for row in archive.catalog.newest_first(url):
        if row.status == _NOT_MODIFIED or (tells(row.status) and row.status < _REFUSED):
            page = payloads.exchange(row)
            found = (page.body, row.time) if page else None
        elif tells(row.status):
            found = b"", row.time
        else:
            target = canonical(payloads.location(row)) if row.status in REDIRECTS and len(seen) <= _HOPS else url
            found = last_known(archive, target, canonical, seen) if target not in seen else None
            seen |= {target}
        if found is not None:
            return found[0], min(found[1], row.time)
    return None
