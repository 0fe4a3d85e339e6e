"""``scrapy catalog SITE``: makes ``catalog.sqlite`` again from the captures alone (and the index, if it is there)."""

from __future__ import annotations

from argparse import Namespace
from typing import Any, ClassVar

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.archive.archive import Archive, opened
from crawler.archive.lock import ArchiveInUse
from crawler.extensions.report import COULD_NOT_RUN, LOCKED


class Command(ScrapyCommand):
    """The old catalog is replaced only when the new one is whole."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}

    def syntax(self) -> str:
        """For ``scrapy catalog -h``."""
        return "<site>"

    def short_desc(self) -> str:
        """For ``scrapy -h``."""
        return "Make an archive's catalog again from its captures"

    def run(self, args: list[str], opts: Namespace) -> None:
        """Make it, then tell what it holds."""
        if len(args) != 1:
            raise UsageError("name one site")
        assert self.settings is not None
        folder = Archive.folder_of(self.settings, args[0])
        try:
            with opened(self.settings, args[0], write=True):
                for name in ("catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"):
                    (folder / name).rename(folder / f".old-{name}") if (folder / name).exists() else None
                fresh = Archive.from_settings(self.settings, args[0])
                mended = fresh.recover()
                counts = fresh.catalog.counts()
                fresh.close()
        except FileNotFoundError as error:
            self.exitcode = COULD_NOT_RUN
            print(error)
            return
        except ArchiveInUse as error:
            self.exitcode = LOCKED
            print(error)
            return
        for name in ("catalog.sqlite", "catalog.sqlite-wal", "catalog.sqlite-shm"):
            (folder / f".old-{name}").unlink(missing_ok=True)
        for line in mended:
            print(line)
        print(f"{folder / 'catalog.sqlite'}: " + ", ".join(f"{number} {name}" for name, number in counts.items()))
