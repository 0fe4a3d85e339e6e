"""``scrapy shell``: Scrapy's own, with ``post``, ``source``, ``archived`` and ``history`` at hand."""

from __future__ import annotations

import asyncio
from argparse import Namespace
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.commands import shell

from crawler.commands.read_only import ReadOnlyMixin
from crawler.errors import CannotRun
from crawler.exit_codes import LOSSES

if TYPE_CHECKING:
    from scrapy.http import Response

    from crawler.archive.archive import Archive
    from crawler.items import CaptureRef, Post, Rejection


def source(post: Post) -> str:
    """The source post, as the file would hold it."""
    return post.content


class NotHad(CannotRun):
    """One line: which page is neither archived nor to be had."""

    exit_code: ClassVar[int] = LOSSES


class Command(ReadOnlyMixin, shell.Command):
    """An archived URL needs no network; nothing is written to the archive."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Open the shell; a URL that cannot be had ends in one line."""
        from scrapy.exceptions import (
            CannotResolveHostError,
            DownloadConnectionRefusedError,
            DownloadFailedError,
            DownloadTimeoutError,
            IgnoreRequest,
        )

        from crawler.downloader.origins import BadCertificate

        refused = (CannotResolveHostError, DownloadConnectionRefusedError, DownloadFailedError, DownloadTimeoutError)
        try:
            super().work(args, opts)
        except (*refused, BadCertificate, IgnoreRequest) as error:
            raise NotHad(f"{args[0] if args else 'the URL'} is not archived and cannot be had: {error}") from error

    def update_vars(self, vars: dict[str, Any]) -> None:  # noqa: A002 - Scrapy's name
        """Called after every ``fetch()``."""
        crawler = vars["crawler"]
        looker = _Looker(_archive(crawler))
        vars["post"] = _post(vars.get("response"), vars.get("spider"), self._get_reactorless_loop())
        vars["source"] = source
        vars["archived"] = looker.archived
        vars["history"] = looker.history


class _Looker:
    """The archive as the shell offers it."""

    def __init__(self, archive: Archive | None) -> None:
        self._archive = archive

    def archived(self, url: str) -> Response | None:
        """The newest archived response for ``url``; ``None`` if there is none."""
        from crawler.archive.storage import as_response

        row = self._archive.catalog.latest(url, good=True) or self._archive.catalog.latest(url) if self._archive else None
        if self._archive is None or row is None:
            return None
        return as_response(url, self._archive.captures.payloads.read(row))

    def history(self, url: str) -> list[CaptureRef]:
        """Every capture of ``url``, oldest first."""
        from crawler.archive.payloads import reference

        return [reference(row) for row in self._archive.catalog.history([url])] if self._archive else []


def _archive(crawler: Any) -> Archive | None:
    from crawler.archive.archive import Archive
    from crawler.sites.finews import facts

    try:
        return Archive.from_settings(crawler.settings, facts.NAME, read_only=True)
    except CannotRun:
        return None


def _post(response: Response | None, spider: Any, loop: asyncio.AbstractEventLoop) -> Post | Rejection | None:
    """What extraction makes of the response, with the share answer if it can be had."""
    from crawler.items import Rejection
    from crawler.sites.finews import facts, posts
    from crawler.sites.finews.page import take_apart
    from crawler.spiders.finews import FinewsSpider
    from crawler.spiders.shares import exchange

    if response is None or facts.kind(response.url) != "post":
        return None
    apart = take_apart(exchange(response))
    if isinstance(apart, Rejection) or not isinstance(spider, FinewsSpider):
        return apart if isinstance(apart, Rejection) else posts.put_together(apart)
    return asyncio.run_coroutine_threadsafe(spider.shares.post(apart), loop).result()
