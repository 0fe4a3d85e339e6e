"""``scrapy runspider``: Scrapy's own command; a spider that keeps no archive runs as in any Scrapy project."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import runspider
from scrapy.exceptions import UsageError

from crawler.commands.plain import AnySpiderMixin
from crawler.errors import CannotRun, where_in

if TYPE_CHECKING:
    from argparse import Namespace


class Command(AnySpiderMixin, runspider.Command):
    """Scrapy's own command."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Run the spider; a file that cannot be loaded is one line, with the place of the error."""
        if len(args) != 1:
            raise UsageError("name one Python file with a spider in it")
        file = Path(args[0])
        if file.suffix in (".py", ".pyw") and file.is_file():
            try:
                runspider._import_file(file)  # noqa: SLF001 - Scrapy's own way, and what it imports is imported once
            except Exception as error:
                raise CannotRun(f"the spider cannot be loaded: {where_in(error, (str(file.resolve()),))}") from error
        super().work(args, opts)
