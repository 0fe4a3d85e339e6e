"""``scrapy explain SITE ID-or-URL``: how a post came about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.offline import OfflineMixin
from crawler.commands.options import add_json
from crawler.exit_codes import GOOD

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace


class Command(OfflineMixin, ScrapyCommand):
    """Prints a post's captures, what each rule found at which byte of them, what is not certain and why, its versions, its
    file, and when its page is requested again. For an address that gave no post, it prints why; for a listing, the posts it
    links to. Reads only the archive, and writes nothing.

    Exit codes: 0 explained; 2 there is no such archive, or nothing of that name in it: the most similar names are printed.
    """

    synopsis = "<site> <ID, file name or address> [options]"
    summary = "Explain how a post came about"
    example = "explain finews 2022-03-01-init.md"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        add_json(parser)

    def work(self, args: list[str], opts: Namespace) -> int:
        """Print the explanation."""
        import sys

        import orjson

        from crawler.archive.archive import opened
        from crawler.archive.catalog.catalog_reader import reporting_damage
        from crawler.derive.explain import Explainer
        from crawler.derive.explanation import explanation_lines
        from crawler.derive.writer import PostWriter

        if len(args) != 2:  # noqa: PLR2004 - a site and a post
            raise UsageError("name a site, and one post by its ID or address")
        site, folder = self.site_and_archive(args[:1])
        assert self.settings is not None
        with opened(self.settings, site.name) as archive, reporting_damage(folder):
            document = Explainer(archive, site, PostWriter.from_settings(archive, self.settings)).explain(args[1])
        if opts.json:
            sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
            return GOOD
        for line in explanation_lines(document, sys.stdout.encoding or "utf-8"):
            print(line)
        return GOOD
