"""``scrapy changes SITE --since TOKEN``: what was added, changed and went, for those who follow an archive."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands.offline import Offline
from crawler.exit_codes import GOOD

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


class Command(Offline, ScrapyCommand):
    """Prints a JSON object a line: ``change`` (added, changed, gone, forgotten; or reset: forget all you have, for everything
    follows; end: that was all), ``id``, ``post`` (its index line) and ``token``: where to go on after this line.
    Without --since: everything.

    Exit codes: 0 done; 2 there is no archive, or that is no token. Asks nobody; crawls go on meanwhile.
    """

    does = "Print what changed in an archive since a token, oldest first"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        parser.add_argument("--since", default="0", metavar="TOKEN", help="the token of the last line you have; 0: everything")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Print them."""
        import orjson

        from crawler.archive.catalog_reader import reading_catalog
        from crawler.archive.changes import Token, current, since
        from crawler.archive.lines import json_line

        token = Token.read(opts.since)
        with reading_catalog(self.archive(args)[1]) as db:
            db.execute("BEGIN")  # one moment of the catalog, however long a reader takes
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
