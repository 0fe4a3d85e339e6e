"""Reads the whole list of a host's captures, in however many parts a web archive's CDX server gives it.

Servers differ. The Wayback Machine's gives a resume key where more is to come. pywb heeds ``limit`` and gives no key; with an
index of compressed blocks it answers one page of blocks, and others with ``page``. OutbackCDX heeds ``limit``, and refuses
``from`` and ``to`` for a host. So a list without a key that is as long as was asked for, or as servers' own limits are, is
asked for by pages, then longer, then in parts by time; what may still be missing is named.
"""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

import orjson

from crawler.counted import counted
from crawler.crawl.wayback.cdx import CdxLine, CdxPage, UnreadableCdx, read_page
from crawler.crawl.wayback.time_spans import Span, split

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Ask = Callable[[dict[str, str]], Awaitable[bytes]]

#: So many rows are asked for at once, and so many at most: what the answer may weigh, and a server hold, allow no more.
LIMIT, _MOST_ROWS, _GROWTH = 5000, 80_000, 4
#: A list of a multiple of so many rows may have been cut by a limit of the server's own.
_ROUND = 500
#: Far behind the last page of any list.
_NO_PAGE = "999999"
_LAST_PAGE = re.compile(rb"last page is (\d{1,9})", re.IGNORECASE)
#: The statuses with which servers refuse a query that they do not understand.
_NOT_UNDERSTOOD = (400, 404, 416, 422, 500, 501)


class Refused(Exception):
    """A CDX server gave no list; ``status`` is that of its answer, 0 if it gave none."""

    def __init__(self, reason: str, status: int = 0, body: bytes = b"") -> None:
        super().__init__(reason)
        self.status = status
        self.body = body


class _TooMuch(Exception):
    """The list takes more than is asked of a server."""


class CaptureList:
    """The list of one host's captures: ``lines``, each once, and ``problems``, a line for whatever may be missing."""

    def __init__(self, ask: Ask, span: Span, most: int, limit: int = LIMIT) -> None:
        self._ask, self._span, self._most, self._limit = ask, span, most, limit
        self._first_limit, self._round = limit, max(2, limit * _ROUND // LIMIT)
        #: Whether the server takes ``from`` and ``to``; and its own limit, if it turned out to have one.
        self._heeds_span = True
        self._own_limit: int | None = None
        self._asked = self._new = 0
        self._faults: dict[str, None] = {}
        self._lines: dict[CdxLine, None] = {}
        self.problems: list[str] = []
        #: What only looks as if something might be missing.
        self.doubts: list[str] = []

    @property
    def lines(self) -> list[CdxLine]:
        """The captures that were listed; a server that does not heed the span gives those of other times, too."""
        return list(self._lines)

    async def read(self) -> None:
        """Read the whole list."""
        try:
            page = await self._first()
            if page.key:
                await self._follow(page)
            elif not await self._by_pages(page):
                page = await self._longer(page)
                if page.rows and (self._is_cut(page) or page.rows >= self._first_limit or page.rows % self._round == 0):
                    await self._by_time(page)
        except _TooMuch:
            self.problems.append(
                f"the list goes on after {counted(self._asked, 'request')} and {counted(len(self._lines), 'row')};"
                f" set WAYBACK_CDX_REQUESTS to more than {self._most} if it is a good one"
            )
        except (Refused, UnreadableCdx) as error:
            rows = len(self._lines)
            self.problems.append(f"the list breaks off after {counted(rows, 'row')}: {error}" if rows else str(error))
        if self._faults:
            first = next(iter(self._faults))
            self.problems.append(f"{counted(len(self._faults), 'row')} of the list cannot be read, the first: {first}")

    async def _part(self, query: dict[str, str], limit: int, span: Span | None = None) -> CdxPage:
        """One part of the list; its lines are added."""
        before, most = len(self._lines), self._most * LIMIT
        if self._asked >= self._most:
            raise _TooMuch
        self._asked += 1
        fields = (span or self._span).fields if self._heeds_span else {}
        page = read_page(await self._ask(fields | {"output": "json", "limit": str(limit)} | query))
        self._lines.update(dict.fromkeys(page.lines[: most - before]))
        self._faults.update(dict.fromkeys(page.faults))
        self._new = len(self._lines) - before
        if len(self._lines) == most:
            raise _TooMuch
        return page

    async def _first(self) -> CdxPage:
        try:
            return await self._part({"showResumeKey": "true"}, self._limit)
        except Refused as refused:
            if refused.status not in _NOT_UNDERSTOOD or not self._span.fields:
                raise
        self._heeds_span = False
        return await self._part({"showResumeKey": "true"}, self._limit)

    def _is_cut(self, page: CdxPage) -> bool:
        return page.rows >= min(self._limit, self._own_limit or self._limit)

    async def _follow(self, page: CdxPage) -> None:
        """Read what resume keys lead to; a page without a new row ends it, whatever key it gives."""
        while page.key:
            if not self._new:
                self.problems.append(f"the list may go on: a page without a new row gives the resume key {page.key[:200]!r}")
                return
            page = await self._part({"showResumeKey": "true", "resumeKey": page.key}, self._limit)

    # By pages

    async def _by_pages(self, first: CdxPage) -> bool:
        """Read the other pages of a list that has pages; returns whether they had anything."""
        if first.is_array and not self._is_cut(first):
            return False  # servers with pages and without resume keys give no arrays
        pages = await self._pages(first)
        if pages is None:
            return False
        before = len(self._lines)
        for number in range(pages) if pages else count():
            try:
                page = await self._part({"page": str(number)}, _MOST_ROWS)
            except (Refused, UnreadableCdx) as error:
                if not pages and number:
                    break
                self.problems.append(f"page {number} of the list could not be had: {error}")
                continue
            if not pages and not (page.rows and (self._new or not number)):
                break
            if page.rows >= _MOST_ROWS:
                self.problems.append(f"page {number} of the list may be cut at {counted(page.rows, 'row')}")
        return len(self._lines) > before

    async def _pages(self, first: CdxPage) -> int | None:
        """The number of pages, 0 if it is unknown; ``None`` if the server gives the same list whatever page it is asked for."""
        unknown = 0 if first.rows else None
        try:
            page = await self._part({"page": _NO_PAGE}, 1)
        except Refused as refused:
            if refused.status not in _NOT_UNDERSTOOD:
                raise
            if told := _LAST_PAGE.search(refused.body):
                return int(told[1]) + 1
        except UnreadableCdx:
            return None
        else:
            if page.rows or not first.rows:
                return None
        try:
            self._asked += 1
            fields = self._span.fields if self._heeds_span else {}
            answer = orjson.loads(await self._ask(fields | {"showNumPages": "true", "output": "json", "limit": "1"}))
        except (Refused, orjson.JSONDecodeError):
            return unknown
        told = answer.get("pages") if isinstance(answer, dict) else answer
        return told if isinstance(told, int) and told > 0 else unknown

    # Longer, and by time

    async def _longer(self, page: CdxPage) -> CdxPage:
        """The list as one page, as long as the server gives it."""
        while page.rows >= self._limit and self._limit < _MOST_ROWS:
            limit = min(self._limit * _GROWTH, _MOST_ROWS)
            try:
                longer = await self._part({}, limit)
            except (Refused, UnreadableCdx):
                break
            if longer.rows <= page.rows:
                self._own_limit = longer.rows
                break
            page, self._limit = longer, limit
        return page

    async def _by_time(self, whole: CdxPage) -> None:
        """Read a list that may be cut in parts, of ever shorter times, until none of them may be cut."""
        is_cut, todo = self._is_cut(whole), [(self._span, whole)]
        while todo:
            span, page = todo.pop()
            spans, second = split(span, page.timestamps)
            before = len(self._lines)
            try:
                parts = [(part, found) for part in spans if (found := await self._within(part)) is not None]
            except (Refused, UnreadableCdx) as error:
                self._may_be_cut(page, str(error), is_known=is_cut or len(self._lines) > before)
                return
            if len(self._lines) > before and not is_cut:
                is_cut, self._own_limit = True, page.rows
            if second:
                self._may_be_cut(page, f"so many are of one second, {second}", is_known=is_cut)
            todo += [(part, page) for part, page in parts if is_cut and self._is_cut(page)]

    def _may_be_cut(self, page: CdxPage, why: str, *, is_known: bool) -> None:
        if is_known or page.rows % self._round == 0:
            (self.problems if is_known else self.doubts).append(f"the list may be cut at {counted(page.rows, 'row')}: {why}")

    async def _within(self, span: Span) -> CdxPage | None:
        """The list of a span; ``None`` if it is whole because it goes on behind the span, in order of time.

        :raises Refused: if the server gives a list of other times.
        """
        page = await self._part({}, self._limit, span)
        if span.holds(page.timestamps):
            return page
        if span.is_passed_by(page.timestamps):
            self.doubts = ["the server heeds from= and not to=, and its list is whole only if it is in order of time"]
            return None
        raise Refused("the server gives no resume key, and heeds neither page= nor from= and to=")
