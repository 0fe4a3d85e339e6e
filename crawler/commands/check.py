"""``scrapy check``: Scrapy's own command; checks contracts against archived pages where there are any."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.commands import check

from crawler.commands.read_only import ReadOnlyMixin
from crawler.commands.streams import print_stderr
from crawler.counted import counted
from crawler.exit_codes import INTERRUPTED

if TYPE_CHECKING:
    from argparse import Namespace


class _InALine(check.TextTestResult):
    """Shows each contract that does not hold, or cannot be checked, in one line; where all hold, their number."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.dots = False

    def _exc_info_to_string(self, err: Any, test: Any) -> str:
        return (str(err[1]).strip().splitlines() or [err[0].__name__])[0]

    def printErrors(self) -> None:  # noqa: N802 - the name is unittest's
        for case, reason in (*self.errors, *self.failures):
            print_stderr(f"{case}: {reason}")

    def printSummary(self, start: float, stop: float) -> None:  # noqa: N802 - the name is Scrapy's
        if self.wasSuccessful():
            print_stderr(f"Ran {counted(self.testsRun, 'contract')} in {stop - start:.3f} s; all hold")


class Command(ReadOnlyMixin, check.Command):
    """Writes nothing to the archive."""

    example = "check finews"

    def work(self, args: list[str], opts: Namespace) -> None:
        """Check the contracts, with tracebacks only at ``--loglevel DEBUG``."""
        from crawler.commands.stopping import GracefulStop

        for name in args:
            self.spider_named(name)
        if not self.debugging:
            check.TextTestResult = _InALine  # type: ignore[assignment,misc]
        stop = GracefulStop(self.crawler_process)
        super().work(args, opts)
        if stop.requested:
            self.exitcode = INTERRUPTED
