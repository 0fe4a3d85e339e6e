"""``scrapy schema NAME``: the JSON Schema of a format that other programs read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.offline import OfflineMixin
from crawler.exit_codes import GOOD

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


class Command(OfflineMixin, ScrapyCommand):
    """index: a line of index.jsonl; export: a post of an export; changes: a line of scrapy changes; run: a run report;
    status: what scrapy status --json prints.

    The number at the end of $id is the version: it grows when a field is removed or changes its meaning.
    """

    reads_archives = False
    synopsis = "<format> [options]"
    summary = "Print the JSON Schema of a format"
    example = "schema export --markdown"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        parser.add_argument("--markdown", action="store_true", help="print its fields as a Markdown table instead")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Print the schema."""
        import orjson

        from crawler.exporters.schemas import NAMES, schema, table

        if len(args) != 1 or args[0] not in NAMES:
            raise UsageError(f"name one of: {', '.join(NAMES)}")
        found = schema(args[0])
        print(table(found) if opts.markdown else orjson.dumps(found, option=orjson.OPT_INDENT_2).decode())
        return GOOD
