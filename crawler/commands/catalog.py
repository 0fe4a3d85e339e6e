"""``scrapy catalog SITE``: makes ``catalog.sqlite`` again from the captures alone (and the index, if it is there)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands.offline import Offline
from crawler.counted import counted
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

        assert self.settings is not None
        site = self.archive(args)[0].name
        folder = Archive.folder_of(self.settings, site)
        with opened(self.settings, site, write=True):
            for name in ("catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"):
                (folder / name).rename(folder / f".old-{name}") if (folder / name).exists() else None
            fresh = Archive.from_settings(self.settings, site)
            mended = fresh.recover()
            counts = fresh.catalog.counts()
            fresh.close()
        for name in ("catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"):
            (folder / f".old-{name}").unlink(missing_ok=True)
        for line in mended:
            print(line)
        print(
            f"{folder / 'catalog.sqlite'}: "
            + ", ".join(counted(number, name.removesuffix("s")) for name, number in counts.items())
        )
        return GOOD
