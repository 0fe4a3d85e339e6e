"""For the commands that ask nobody and run no spider."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.exceptions import UsageError

from crawler.commands.guard import Guarded
from crawler.errors import CannotRun
from crawler.invocation import command

if TYPE_CHECKING:
    from argparse import Namespace
    from pathlib import Path

    from crawler.sites.site import Site


class Offline(Guarded):
    """Goes before Scrapy's class of commands. ``work`` does it; the class's own text ends the help."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}
    #: What it takes and what it does, for ``-h``.
    takes: ClassVar[str] = "<site> [options]"
    does: ClassVar[str]

    def syntax(self) -> str:
        """What the command takes."""
        return self.takes

    def short_desc(self) -> str:
        """What it does, in a line."""
        return self.does

    def long_desc(self) -> str:
        """What it does, and how it ends."""
        told = str(self.__class__.__doc__).replace("``", "").replace("scrapy ", command(""))
        return f"{self.does}. {told}"

    @abstractmethod
    def work(self, args: list[str], opts: Namespace) -> int:
        """What the command is there for; gives its exit code."""

    def archive(self, args: list[str]) -> tuple[Site, Path]:
        """The site that is named, and its archive, which is there.

        :raises UsageError: if not one site is named.
        :raises CannotRun: if there is no such site, or no archive of it.
        """
        from crawler.archive.archive import Archive
        from crawler.sites.declared import load

        site = load(self.only(args))
        assert self.settings is not None
        folder = Archive.folder_of(self.settings, site.name)
        if not folder.is_dir():
            raise CannotRun(f"there is no archive in {folder}; make one with: {command(f'crawl {site.name}')}")
        return site, folder

    @staticmethod
    def only(args: list[str]) -> str:
        """The one argument.

        :raises UsageError: if there is none, or more.
        """
        if len(args) != 1:
            given = f", not {len(args)}: {' '.join(args)}" if args else f"; {command('list')} shows them"
            raise UsageError(f"name one site{given}")
        return args[0]
