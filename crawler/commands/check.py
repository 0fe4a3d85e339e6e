"""``scrapy check``: Scrapy's own; contracts, held against the archive where it has the page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.commands import check

from crawler.commands.read_only import ReadOnlyMixin
from crawler.exit_codes import INTERRUPTED

if TYPE_CHECKING:
    from argparse import Namespace


class _InALine(check.TextTestResult):
    """An error in one line."""

    def _exc_info_to_string(self, err: Any, test: Any) -> str:
        return f"{(str(err[1]).strip().splitlines() or [err[0].__name__])[0]}\n"


class Command(ReadOnlyMixin, check.Command):
    """Leaves no trace in the archive."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Scrapy's own, with tracebacks only at ``--loglevel DEBUG``."""
        from crawler.commands.stopping import Stopping

        for name in args:
            self.spider_named(name)
        if not self.debugging:
            check.TextTestResult = _InALine  # type: ignore[misc]
        stopping = Stopping(self.crawler_process)
        super().work(args, opts)
        if stopping.asked:
            self.exitcode = INTERRUPTED
