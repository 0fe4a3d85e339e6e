"""For the commands that ask nobody and run no spider: one line for whatever stops them, and an exit code."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from scrapy.exceptions import UsageError

from crawler.archive.archive import Archive
from crawler.archive.lock import ArchiveInUse
from crawler.errors import CannotRun
from crawler.exit_codes import COULD_NOT_RUN, GOOD, LOCKED
from crawler.sites.site import Site, load

if TYPE_CHECKING:
    from scrapy.commands import ScrapyCommand as Base
else:
    Base = ABC


class Offline(Base):
    """Goes before Scrapy's class of commands. ``work`` does it; the class's own text ends the help."""

    requires_project = True
    requires_crawler_process = False
    default_settings: ClassVar[dict[str, Any]] = {"LOG_ENABLED": False}
    #: What it takes and what it does, for ``-h``.
    takes: ClassVar[str] = "<site> [options]"
    does: ClassVar[str]
    #: Said after an error of the system.
    afterwards: ClassVar[str] = ""

    def syntax(self) -> str:
        """What the command takes."""
        return self.takes

    def short_desc(self) -> str:
        """What it does, in a line."""
        return self.does

    def long_desc(self) -> str:
        """What it does, and how it ends."""
        return f"{self.does}. {self.__class__.__doc__}"

    def run(self, args: list[str], opts: Namespace) -> None:
        """Do it; see the exit codes in the help."""
        self.exitcode = GOOD
        try:
            self.exitcode = self.work(args, opts)
        except ArchiveInUse as error:
            self.exitcode = LOCKED
            print(error)
        except CannotRun as error:
            self.exitcode = COULD_NOT_RUN
            print(error)
        except (OSError, sqlite3.Error) as error:
            self.exitcode = COULD_NOT_RUN
            print(f"{error}{self.afterwards}")

    @abstractmethod
    def work(self, args: list[str], opts: Namespace) -> int:
        """What the command is there for; gives its exit code."""

    def archive(self, args: list[str]) -> tuple[Site, Path]:
        """The site that is named, and its archive, which is there.

        :raises UsageError: if not one site is named.
        :raises CannotRun: if there is no such site, or no archive of it.
        """
        site = load(self.only(args))
        assert self.settings is not None
        folder = Archive.folder_of(self.settings, site.name)
        if not folder.is_dir():
            raise CannotRun(f"there is no archive in {folder}; make one with: scrapy crawl {site.name}")
        return site, folder

    @staticmethod
    def only(args: list[str]) -> str:
        """The one argument.

        :raises UsageError: if there is none, or more.
        """
        if len(args) != 1:
            raise UsageError("name one site")
        return args[0]
