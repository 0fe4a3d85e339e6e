"""``scrapy changes SITE --since TOKEN``: what was added, changed and removed, for programs that follow an archive."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands.offline import OfflineMixin
from crawler.exit_codes import GOOD

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


class Command(OfflineMixin, ScrapyCommand):
    """Prints a JSON object a line: ``change`` (added, changed, gone, forgotten; or reset: discard all you have, because
    everything follows; end: the last line), ``id``, ``post`` (its index line) and ``token``: give it to --since to continue
    after this line. Without --since, all posts are printed.

    Exit codes: 0 done; 2 there is no archive, or the token is invalid. Uses no network; a crawl may run at the same time.
    """

    summary = "Print what changed in an archive since a token, oldest first"
    example = "changes finews --since 0"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        parser.add_argument("--since", default="0", metavar="TOKEN", help="the token of the last line you have; 0: everything")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Print the changes."""
        import orjson

        from crawler.archive.catalog.catalog_reader import reading_catalog
        from crawler.archive.catalog.changes import Token, current, since
        from crawler.archive.lines import json_line

        token = Token.read(opts.since)
        with reading_catalog(self.site_and_archive(args)[1]) as db:
            db.execute("BEGIN")  # one state of the catalog, however long the reader takes
            newest = current(db)
            out = sys.stdout.buffer
            if token != Token() and (token.epoch != newest.epoch or token.seq > newest.seq):
                out.write(json_line({"change": "reset", "token": str(Token(newest.epoch, 0))}))
            for change in since(db, token):
                post = None if change.line is None else orjson.Fragment(change.line)
                line = {"change": change.kind, "id": change.id, "token": str(change.token), "post": post}
                out.write(json_line(line))
            out.write(json_line({"change": "end", "token": str(newest)}))
            out.flush()
        return GOOD
