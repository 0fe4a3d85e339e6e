"""``scrapy forget SITE ID… --reason TEXT``: takes posts out of an archive for good."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.offline import Offline
from crawler.exit_codes import GOOD, LOSSES


class Command(Offline, ScrapyCommand):
    """Out of files, index, catalog and captures (pages, shares, answers, feeds that hold its text); it is not fetched again.

    Captured listings still name its title, unless --listings takes those out, too. Exports in their usual places lose it;
    copies, and exports elsewhere, are yours to see to.
    Exit codes: 0 done; 1 something had to stay, and is named; 2 could not; 3 in use.
    """

    takes = "<site> <id> [<id> …] --reason TEXT"
    does = "Take posts out of an archive for good"
    afterwards = "; what was begun is gone on with by the next run, or by the same command"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        parser.add_argument("--reason", default="", metavar="TEXT", help="kept in forgotten.jsonl; needed")
        parser.add_argument("--listings", action="store_true", help="take out captured listings that name a post as well")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Do it."""
        from crawler.archive.archive import opened
        from crawler.bulk.forget import Forgetting
        from crawler.exporters.taking_out import take_out
        from crawler.sites.site import load

        assert self.settings is not None
        if len(args) < 2 or not opts.reason.strip():  # noqa: PLR2004 - a site and a post
            raise UsageError("name a site, one or more IDs of posts, and a --reason")
        site = load(args[0])
        left = 0
        with opened(self.settings, site.name, write=True) as archive:
            archive.recover()
            at_work = Forgetting(archive, site, with_listings=opts.listings)
            for post_id in args[1:]:
                done = at_work.forget(post_id, opts.reason.strip())
                what = "" if done.posts else " (no such post was in the index)"
                print(f"{post_id}: forgotten{what}; {done.records} records taken out of the captures")
                if done.listings:
                    print(f"  {done.listings} captured listings still name it; --listings takes them out")
                for line in done.shared:
                    print(f"  stays: {line}")
                left += len(done.shared)
            at_work.mend()
        for path, what, is_done in take_out(archive.folder, args[1:], site):
            print(f"{path}: {what}")
            left += not is_done
        return LOSSES if left else GOOD
