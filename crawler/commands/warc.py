"""``scrapy warc FILE…``: lists what the reader of captures reads, record by record."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.offline import OfflineMixin
from crawler.exit_codes import GOOD, LOSSES
from crawler.scratch import scratch_folder

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from crawler.warc.listing import Listed


class Command(OfflineMixin, ScrapyCommand):
    """Exit codes: 0 every record is read; 1 something cannot be read, and is named; 2 could not run.

    FILE may be anything that ``scrapy rebuild --from`` takes. What is listed is what that and ``scrapy import`` read of it,
    to be held against what another tool reads. The SHA-1 is that of the body: chunks joined, the content encoding left.
    """

    reads_archives = False
    synopsis = "[options] <file> ..."
    summary = "List what is read of WARC, ARC and WACZ files, record by record"
    example = "warc site.warc.gz"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        group = parser.add_argument_group(title="List")
        group.add_argument("--json", action="store_true", help="print a JSON object a line, one for each record")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Print a line for each record."""
        import orjson

        from crawler.batch.inputs import find_inputs
        from crawler.warc.listing import listing

        if not args:
            raise UsageError("name a WARC, ARC or WACZ file, a folder of them, or an address of one (https://..., s3://...)")
        losses = False
        with scratch_folder() as scratch:
            for one in find_inputs(args, scratch, as_given=True):
                for record in listing(Path(one.path), one.name, one.faults):
                    losses = losses or record.fault is not None
                    print(orjson.dumps(record._asdict()).decode() if opts.json else _line(record))
        return LOSSES if losses else GOOD


def _line(record: Listed) -> str:
    place = f"{record.file}: byte {record.offset}"
    if record.type is None and record.url is None:
        return f"{place}: {record.fault}"
    words = (record.time, record.type, record.status, f"{record.bytes} bytes", record.sha1, record.url)
    return f"{place}: {' '.join(str(word or '-') for word in words)}" + (f": {record.fault}" if record.fault else "")
