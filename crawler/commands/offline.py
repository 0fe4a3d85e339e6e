"""The base of commands that use no network and run no spider."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.exceptions import UsageError

from crawler.commands.base import CommandMixin
from crawler.errors import CannotRun
from crawler.invocation import command

if TYPE_CHECKING:
    from argparse import Namespace
    from collections.abc import Callable
    from pathlib import Path

    from crawler.sites.site import Site


class OfflineMixin(CommandMixin):
    """Goes before Scrapy's command class. The docstring of the subclass is the end of the help text."""

    requires_project = True
    reads_archives = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}
    #: The arguments and the purpose of the command, for ``-h``.
    synopsis: ClassVar[str] = "<site> [options]"
    summary: ClassVar[str]

    def syntax(self) -> str:
        """The arguments, as ``-h`` shows them."""
        return self.synopsis

    def short_desc(self) -> str:
        """The purpose of the command in a line."""
        return self.summary

    def long_desc(self) -> str:
        """The purpose of the command, its details and exit codes."""
        details = str(self.__class__.__doc__).replace("``", "").replace("scrapy ", command(""))
        return f"{self.summary}. {details}"

    @abstractmethod
    def work(self, args: list[str], opts: Namespace) -> int:
        """Do the work of the command.

        :returns: the exit code.
        """

    def site_and_archive(self, args: list[str], load: Callable[[str], Site] | None = None) -> tuple[Site, Path]:
        """The site that the only argument names, and the folder of its archive.

        :param load: gives the site of a name, if not what is declared or learned.
        :raises UsageError: unless exactly one site is named.
        :raises CannotRun: if there is no such site, or no archive of it.
        """
        from crawler.archive.archive import Archive
        from crawler.archive.root import check_folder
        from crawler.sites import declared

        site = (load or declared.load)(self.only_argument(args))
        assert self.settings is not None
        folder = Archive.folder_of(self.settings, site.name)
        check_folder(folder)
        if not folder.is_dir():
            raise CannotRun(f"there is no archive in {folder}; make one with: {command(f'crawl {site.name}')}")
        return site, folder

    @staticmethod
    def only_argument(args: list[str]) -> str:
        """The only argument.

        :raises UsageError: if there is none, or more than one.
        """
        if len(args) != 1:
            hint = f", not {len(args)}: {' '.join(args)}" if args else f"; {command('list')} shows them"
            raise UsageError(f"name one site{hint}")
        return args[0]
