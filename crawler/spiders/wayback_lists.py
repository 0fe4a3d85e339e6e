"""Asks a web archive's CDX server which captures it has of the hosts on which a site published."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlencode

import orjson
from scrapy import Request
from scrapy.http.request import NO_CALLBACK

from crawler.crawl.context import RunContext
from crawler.crawl.wayback.cdx_list import CaptureList, Refused
from crawler.crawl.wayback.time_spans import Span
from crawler.errors import short_reason

if TYPE_CHECKING:
    from scrapy.crawler import Crawler

    from crawler.crawl.wayback.cdx import CdxLine
    from crawler.spiders.arguments import Arguments

#: A post's page may be captured so long after its publication.
_CAPTURED_WITHIN = timedelta(days=31)
_FOUND, _MISSING = 200, 404
_SHOWN = 120


def wanted_span(arguments: Arguments) -> Span:
    """When captures of the wanted posts may have been made."""
    since, until = arguments.period.since[:10], arguments.period.until[:10]
    if until:
        until = (min(date.fromisoformat(until), date.max - _CAPTURED_WITHIN) + _CAPTURED_WITHIN).isoformat()
    digits = since.replace("-", ""), until.replace("-", "")
    return Span(f"{digits[0]}000000" if since else "", f"{digits[1]}235959" if until else "")


class CaptureLists:
    """Reads the lists of all hosts, one after the other."""

    def __init__(self, crawler: Crawler, arguments: Arguments) -> None:
        context = RunContext.of(crawler)
        self._crawler = crawler
        self._report, self._hosts = context.report, context.site.listed_hosts
        self._cdx: str = crawler.settings["WAYBACK_CDX"]
        self._most = crawler.settings.getint("WAYBACK_CDX_REQUESTS")
        self._span = wanted_span(arguments)

    async def read(self) -> list[CdxLine]:
        """The captures that the lists have; the run report names what may be missing of each, once."""
        lines: list[CdxLine] = []
        for host in self._hosts:
            address = self._address({"url": host, "matchType": "host"})

            async def ask(query: dict[str, str], host: str = host) -> bytes:
                return await self._ask(self._address({"url": host, "matchType": "host", **query}))

            found = CaptureList(ask, self._span, self._most)
            await found.read()
            lines += found.lines
            self._report.listed(address, len(found.lines), linked=False)
            self._report.warnings += [f"{host}: {doubt}" for doubt in found.doubts]
            if found.problems:
                self._report.failed(address, "; ".join(found.problems))
        return lines

    def _address(self, query: dict[str, str]) -> str:
        return f"{self._cdx}{'&' if '?' in self._cdx else '?'}{urlencode(query)}"

    async def _ask(self, address: str) -> bytes:
        """What the CDX server answers; nothing, if it says that it has no captures.

        :raises Refused: if it does not answer, or with an error.
        """
        engine = self._crawler.engine
        assert engine is not None
        if not engine.running:
            raise Refused("the run was stopped")
        try:
            response = await engine.download_async(Request(address, callback=NO_CALLBACK, dont_filter=True))
        except Exception as error:  # whatever the network does, the other lists are read
            raise Refused(short_reason(error)) from error
        if response.status == _MISSING and _says_none(response.body):
            return b""
        if response.status != _FOUND:
            text = " ".join(response.body[:1000].decode("utf-8", "replace").split())
            told = f": {text[:_SHOWN]}" if text and not text.startswith("<") else ""
            raise Refused(f"HTTP {response.status}{told}", response.status, response.body)
        return response.body


def _says_none(body: bytes) -> bool:
    """Whether a server says in JSON that it has no captures, as pywb's does with status 404."""
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(answer, dict) and "no captures" in str(answer.get("message") or answer.get("error")).lower()
