"""``scrapy catalog SITE``: makes ``catalog.sqlite`` again from the captures alone (and the index, if it is there)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands.offline import Offline
from crawler.exit_codes import GOOD

if TYPE_CHECKING:
    from argparse import Namespace


class Command(Offline, ScrapyCommand):
    """The old catalog is replaced only when the new one is whole."""

    takes = "<site>"
    does = "Make an archive's catalog again from its captures"

    def work(self, args: list[str], opts: Namespace) -> int:
        """Make it, then tell what it holds."""
        from crawler.archive.archive import Archive, opened
        from crawler.archive.paths import CATALOG, CATALOG_FILES

        assert self.settings is not None
        site = self.archive(args)[0].name
        folder = Archive.folder_of(self.settings, site)
        with opened(self.settings, site, write=True):
            for name in CATALOG_FILES:
                (folder / name).rename(folder / f".old-{name}") if (folder / name).exists() else None
            fresh = Archive.from_settings(self.settings, site)
            mended = fresh.recover()
            counts = fresh.catalog.counts()
            fresh.close()
        for name in CATALOG_FILES:
            (folder / f".old-{name}").unlink(missing_ok=True)
        for line in mended:
            print(line)
        print(f"{folder / CATALOG}: " + ", ".join(f"{number} {name}" for name, number in counts.items()))
        return GOOD
