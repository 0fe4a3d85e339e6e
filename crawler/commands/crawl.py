"""``scrapy crawl``: Scrapy's own command, with arguments checked first and exit codes for schedulers."""

from __future__ import annotations

import shutil
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyHelpFormatter, crawl
from scrapy.exceptions import UsageError

from crawler.commands.plain import AnySpiderMixin
from crawler.commands.read_only import no_spider
from crawler.commands.streams import print_stderr
from crawler.errors import CannotRun
from crawler.exit_codes import COULD_NOT_RUN, GOOD, LOSSES
from crawler.invocation import command

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Mapping

    from scrapy.crawler import Crawler
    from scrapy.settings import BaseSettings

    from crawler.crawl.context import RunContext
    from crawler.spiders.site_spider import SiteSpider

_HEAD, _INDENT = "Spider Arguments", 24


class Command(AnySpiderMixin, crawl.Command):
    """Exit codes: 0 good; 1 finished with losses or was stopped, see the run report; 2 could not run; 3 archive in use;
    4 the site's layout has changed (everything is captured, nothing was overwritten).
    """

    example = "crawl finews -a since=2022-03-01"

    def short_desc(self) -> str:
        """The purpose of the command in a line."""
        return "Archive a site, or what it has new since the last run"

    def long_desc(self) -> str:
        """The description, for ``scrapy crawl -h``."""
        return "Run a spider into its archive. " + str(self.__class__.__doc__)

    def add_options(self, parser: ArgumentParser) -> None:
        """Add Scrapy's options, and a table of the spider arguments (``-a``) to the help."""
        super().add_options(parser)
        parser.formatter_class = _HelpFormatter
        parser.epilog = f"{argument_table()}\n\n{parser.epilog}"

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Read Scrapy's options, then derive other settings from them."""
        super().process_options(args, opts)
        assert self.settings is not None
        if self.settings.getlist("IMAGE_HOSTS") and self.settings.getbool("CAPTURE_ENABLED"):  # loaded only if it is wanted
            self.settings["ITEM_PIPELINES"].set("crawler.pipelines.images.ImagePipeline", 950)
        if self.settings.getbool("ARCHIVE_ONLY"):
            # No site is asked, so that politeness and robots.txt do not matter.
            for name in ("ROBOTSTXT_OBEY", "AUTOTHROTTLE_ENABLED", "DOWNLOAD_DELAY"):
                self.settings.set(name, 0, priority="cmdline")

    def check_settings(self) -> None:
        """Check the settings, those of the profile, too."""
        from crawler.crawl.profiles import take_profile

        assert self.settings is not None
        take_profile(self.settings)
        check_settings(self.settings)  # first, because it says more about the settings that only a crawl reads
        super().check_settings()
        if self.settings["CLUSTER"]:
            from crawler.cluster.begin import use_cluster

            use_cluster(self.settings)

    def work(self, args: list[str], opts: Namespace) -> int:
        """Run the spider that is named."""
        if len(args) != 1:
            raise UsageError(f"name one spider; {command('list')} shows them")
        assert self.crawler_process is not None
        try:
            spidercls = self.crawler_process.spider_loader.load(args[0])
        except KeyError:
            raise no_spider(args[0], self.crawler_process.spider_loader.list()) from None
        from crawler.spiders.site_spider import SiteSpider

        if issubclass(spidercls, SiteSpider):
            return self._archive(spidercls, opts.spargs)
        self.crawler_process.crawl(self._create_crawler(spidercls), **opts.spargs)
        self.crawler_process.start()
        return COULD_NOT_RUN if self.crawler_process.bootstrap_failed else GOOD

    def _archive(self, spidercls: type[SiteSpider], arguments: Mapping[str, str]) -> int:
        """Check arguments, open the archive, then run the spider."""
        import sqlite3

        from crawler.archive.archive import Archive
        from crawler.archive.catalog.schema import is_busy
        from crawler.archive.disk import told
        from crawler.archive.root import check_folder, check_root
        from crawler.commands.stopping import GracefulStop, StoppedAtOnce
        from crawler.crawl.console.progress import Progress
        from crawler.crawl.context import RunContext
        from crawler.crawl.engine import crawler_of
        from crawler.crawl.lifecycle import ArchiveLifecycle
        from crawler.report.runs.publish import publish_failed_start
        from crawler.spiders.arguments import BadArgument

        assert self.crawler_process is not None
        assert self.settings is not None
        name = spidercls.name
        try:
            spidercls = spidercls.for_arguments(arguments)
            name = spidercls.name
            crawler = crawler_of(spidercls, self.settings)
            context = RunContext.of(crawler)
            _open_archive(crawler, context, arguments)
        except BadArgument as error:
            raise UsageError(str(error)) from None
        except (OSError, sqlite3.Error) as error:
            folder = Archive.folder_of(self.settings, name)
            for line in publish_failed_start(error, name, folder, self.settings):
                print_stderr(line)
            check_root()
            check_folder(folder)
            why = "another program keeps its catalog locked" if is_busy(error) else told(error)
            where = f"see ARCHIVE_ROOT={self.settings['ARCHIVE_ROOT']}"
            raise CannotRun(f"the archive cannot be opened: {why}; {where}") from error
        GracefulStop(self.crawler_process, lambda: bool(context.report.finish_reason))
        self.crawler_process.crawl(crawler, **arguments)
        was_stopped = False
        try:
            self.crawler_process.start()
        except StoppedAtOnce:
            was_stopped = True
        if self.crawler_process.bootstrap_failed:
            return COULD_NOT_RUN
        if crawler.get_extension(ArchiveLifecycle) is not None and (was_stopped or not context.report.finish_reason):
            progress = crawler.get_extension(Progress)
            if progress is not None:
                progress.end()
            again = command(f"crawl {name}")
            print_stderr(f"stopped at once, without a run report; captures are kept, and {again} continues")
            return LOSSES
        return context.report.exit_code


def _open_archive(crawler: Crawler, context: RunContext, arguments: Mapping[str, str]) -> None:
    """Lock and recover the archive before the run begins, or join a crawl by several workers, so that an error is one line."""
    if context.settings["CLUSTER"] and context.writes:
        from crawler.cluster.begin import begin

        begin(crawler, context, arguments)
    elif context.writes:
        context.archive.recover(context.site.canonical)


def check_settings(settings: BaseSettings) -> None:
    """Check the settings that only a crawl reads.

    :raises CannotRun: if one is invalid; the text names it.
    """
    from crawler.archive.files import PostFiles
    from crawler.archive.schedule import Schedule
    from crawler.crawl.origins import read_origins

    try:
        origins: dict[str, str] = settings.getdict("ORIGINS")
    except (ValueError, TypeError) as error:
        how = 'write it like {"https://example.org": "http://127.0.0.1:8080"}'
        raise CannotRun(f"ORIGINS is not a JSON object ({error}); {how}") from None
    try:
        read_origins(origins)
        PostFiles(Path(), settings.get("POSTS_LAYOUT"))
        Schedule.of_hours(settings.getlist("RECHECK_HOURS"))
    except ValueError as error:
        raise CannotRun(str(error)) from None


class _HelpFormatter(ScrapyHelpFormatter):
    """Scrapy's help, with the lines of the table of arguments kept."""

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return text if text.startswith(_HEAD) else super()._fill_text(text, width, indent)


def argument_table(width: int = 0) -> str:
    """The spider arguments with what each does and an example, at ``width`` columns; 0: as wide as the terminal."""
    from crawler.spiders.arguments import ARGUMENTS

    width = (width or shutil.get_terminal_size().columns) - 2
    lines = [_HEAD, "=" * len(_HEAD)]
    for argument in ARGUMENTS:
        text = textwrap.wrap(argument.does, max(width - _INDENT, 20))
        if len(text[-1]) + len(argument.example) + 6 > width - _INDENT:
            text.append("")
        text[-1] = f"{text[-1]} (-a {argument.example})".strip()
        name = f"  -a {argument.name}=..."
        lines += [f"{name:<{_INDENT}}{text[0]}", *(f"{'':<{_INDENT}}{line}" for line in text[1:])]
    return "\n".join(lines)
