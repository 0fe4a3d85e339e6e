"""``scrapy catalog SITE``: makes ``catalog.sqlite`` again from the captures alone (and the index, if it is there)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands.offline import OfflineMixin
from crawler.counted import counted
from crawler.exit_codes import GOOD

if TYPE_CHECKING:
    from argparse import Namespace


class Command(OfflineMixin, ScrapyCommand):
    """If this is interrupted, the next run or the same command completes it."""

    synopsis = "<site>"
    summary = "Make an archive's catalog again from its captures"
    example = "catalog finews"

    def work(self, args: list[str], opts: Namespace) -> int:
        """Make the catalog, then print what is in it."""
        from crawler.archive.archive import opened

        assert self.settings is not None
        site = self.site_and_archive(args)[0]
        with opened(self.settings, site.name, write=True) as archive:
            archive.catalog.recreate(damaged=False)
            repaired, counts = archive.recover(site.canonical), archive.catalog.counts()
        for line in repaired:
            print(line)
        held = ", ".join(counted(number, name.removesuffix("s")) for name, number in counts.items())
        print(f"{archive.catalog.path}: {held}")
        return GOOD
