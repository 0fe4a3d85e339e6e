"""``scrapy crawl``: Scrapy's own, with arguments checked first and exit codes a scheduler can act on."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import crawl
from scrapy.exceptions import UsageError

from crawler import __version__
from crawler.commands.guard import Guarded, complain
from crawler.commands.read_only import no_spider
from crawler.errors import CannotRun
from crawler.exit_codes import COULD_NOT_RUN, LOSSES
from crawler.invocation import command

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from scrapy.settings import BaseSettings

    from crawler.crawl.context import RunContext


class Command(Guarded, crawl.Command):
    """Exit codes: 0 good; 1 finished with losses or was stopped, as the run report tells; 2 could not run; 3 archive in use;
    4 the site's layout has changed (everything is captured, nothing was overwritten).
    """

    def long_desc(self) -> str:
        """For ``scrapy crawl -h``."""
        return "Run a spider into its archive. " + str(self.__class__.__doc__)

    def add_options(self, parser: ArgumentParser) -> None:
        """Scrapy's options, and in the help what ``-a`` takes."""
        from crawler.commands.spider_arguments import WithArguments, table

        super().add_options(parser)
        parser.formatter_class = WithArguments
        parser.epilog = table()

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Scrapy's options; a contact given for this run, or in settings of one's own, goes into the user agent."""
        super().process_options(args, opts)
        assert self.settings is not None
        self._name_contact(self.settings)
        if self.settings.getlist("IMAGE_HOSTS") and self.settings.getbool("CAPTURE_ENABLED"):  # loaded where it is wanted only
            self.settings["ITEM_PIPELINES"].set("crawler.pipelines.images.ImagePipeline", 950)
        if self.settings.getbool("ARCHIVE_ONLY"):
            # Nobody is asked, so there is nobody to be polite to; a robots.txt of some day is no rule for an archive's reader.
            for name in ("ROBOTSTXT_OBEY", "AUTOTHROTTLE_ENABLED", "DOWNLOAD_DELAY"):
                self.settings.set(name, 0, priority="cmdline")

    @staticmethod
    def _name_contact(settings: BaseSettings) -> None:
        from crawler.settings import USER_AGENT

        contact = settings["CONTACT"]
        for_this_run = (settings.getpriority("CONTACT") or 0) > (settings.getpriority("USER_AGENT") or 0)
        if contact and (for_this_run or settings["USER_AGENT"] == USER_AGENT):
            settings.set("USER_AGENT", f"Backfile/{__version__} (+{contact})", priority="project")

    def check_settings(self) -> None:
        """Refuse settings that cannot be meant, before anything is asked of a site."""
        assert self.settings is not None
        check_settings(self.settings)  # first, for it says more of the settings that only a crawl reads
        super().check_settings()

    def work(self, args: list[str], opts: Namespace) -> int:
        """Check what can be checked before anything is asked of a site, then run."""
        import sqlite3

        from crawler.archive.archive import Archive
        from crawler.commands.stopping import Stopping
        from crawler.crawl.context import RunContext
        from crawler.crawl.keeper import ArchiveKeeper
        from crawler.crawl.progress import Progress
        from crawler.report.runs.publish import could_not_run
        from crawler.spiders.arguments import BadArgument

        if len(args) != 1:
            raise UsageError(f"name one spider; {command('list')} shows them")
        assert self.crawler_process is not None
        assert self.settings is not None
        try:
            spidercls = self.crawler_process.spider_loader.load(args[0])
        except KeyError:
            raise no_spider(args[0], self.crawler_process.spider_loader.list()) from None
        check = getattr(spidercls, "check_arguments", None)
        try:
            if check is not None:
                check(opts.spargs)
            crawler = self.crawler_process.create_crawler(spidercls)
            context = RunContext.of(crawler)
            _open_archive(context)
        except BadArgument as error:
            raise UsageError(str(error)) from None
        except (OSError, sqlite3.Error) as error:
            for line in could_not_run(error, args[0], Archive.folder_of(self.settings, args[0]), self.settings):
                complain(line)
            where = f"see ARCHIVE_ROOT={self.settings['ARCHIVE_ROOT']}"
            raise CannotRun(f"the archive cannot be opened: {error}; {where}") from error
        Stopping(self.crawler_process)
        self.crawler_process.crawl(crawler, **opts.spargs)
        self.crawler_process.start()
        if self.crawler_process.bootstrap_failed:
            return COULD_NOT_RUN
        if crawler.get_extension(ArchiveKeeper) is not None and not context.report.finish_reason:
            progress = crawler.get_extension(Progress)
            if progress is not None:
                progress.end()
            again = f"{command('crawl')} {args[0]}"
            complain(f"stopped at once, without a run report; what was captured is kept, and {again} goes on")
            return LOSSES
        return context.report.exit_code


def _open_archive(context: RunContext) -> None:
    """Before the run begins, for here whatever is in the way can be said in a line."""
    if context.writes:
        context.archive.lock()
        context.archive.recover()


def check_settings(settings: BaseSettings) -> None:
    """Read what only a crawl reads.

    :raises CannotRun: if one has no meaning; its text names it.
    """
    from crawler.archive.files import PostFiles
    from crawler.archive.schedule import Schedule
    from crawler.crawl.origins import read_origins

    try:
        given: dict[str, str] = settings.getdict("ORIGINS")
    except (ValueError, TypeError) as error:
        how = 'write it like {"https://example.org": "http://127.0.0.1:8080"}'
        raise CannotRun(f"ORIGINS is no JSON object ({error}); {how}") from None
    try:
        read_origins(given)
        PostFiles(Path(), settings.get("POSTS_LAYOUT"))
        Schedule.of_hours(settings.getlist("RECHECK_HOURS"))
    except ValueError as error:
        raise CannotRun(str(error)) from None
