"""``scrapy check``: Scrapy's own command; checks contracts against archived pages where there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.commands import check

from crawler.commands.read_only import ReadOnlyMixin
from crawler.exit_codes import INTERRUPTED

if TYPE_CHECKING:
    from argparse import Namespace


class _InALine(check.TextTestResult):
    """Shows each error in one line."""

    def _exc_info_to_string(self, err: Any, test: Any) -> str:
        return f"{(str(err[1]).strip().splitlines() or [err[0].__name__])[0]}\n"


class Command(ReadOnlyMixin, check.Command):
    """Writes nothing to the archive."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Check the contracts, with tracebacks only at ``--loglevel DEBUG``."""
        from crawler.commands.stopping import GracefulStop

        for name in args:
            self.spider_named(name)
        if not self.debugging:
            check.TextTestResult = _InALine  # type: ignore[misc]
        stop = GracefulStop(self.crawler_process)
        super().work(args, opts)
        if stop.requested:
            self.exitcode = INTERRUPTED
