"""``scrapy learn SITE``: what a stranger's site tells of how it was built."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from functools import partial
from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand

from crawler.commands.offline import OfflineMixin
from crawler.commands.streams import print_stderr
from crawler.counted import counted
from crawler.errors import CannotRun
from crawler.exit_codes import GOOD, LOSSES
from crawler.invocation import command

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from crawler.learn.learned import Learned


class Command(OfflineMixin, ScrapyCommand):
    """Reads the captures of a site crawled with ``scrapy crawl jekyll``: which pages are posts, where they show what, Jekyll's
    settings, and how the sources were spelt. Each line comes with what bears it out. It is printed, and written to site.toml in
    the archive's folder, which a person may edit: what was edited is replaced with --overwrite only.

    Exit codes: 0 learned; 1 some captures cannot be read, so that nothing was written without --overwrite; 2 there is no
    archive of that name, the site is declared in code, a sample is no source post, or site.toml is broken or cannot be
    written (what was learned is printed then, too); 3 in use.
    """

    synopsis = "<site> [options]"
    after_error = "; site.toml is as it was"
    summary = "Learn how a stranger's site was built, from its captures"
    example = "learn blog --samples post.md"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        group = parser.add_argument_group(title="Learn")
        group.add_argument(
            "--samples",
            default="",
            metavar="FILES",
            help="source posts that you still have, a comma between two; what earlier ones told stays if none is given",
        )
        group.add_argument("--pages", action="store_true", help="only print the captured pages that are no posts")
        group.add_argument("--url", metavar="URL", help="the home page of the site, where its site.toml is lost or broken")
        group.add_argument("--overwrite", action="store_true", help="replace a site.toml that a person has edited, too")

    def work(self, args: list[str], opts: Namespace) -> int:
        """Learn, print and write."""
        from crawler.archive.archive import locked, opened
        from crawler.archive.catalog.catalog_reader import reporting_damage
        from crawler.archive.lock import check_writable, is_writable
        from crawler.archive.paths import SITE
        from crawler.learn.no_posts import no_posts
        from crawler.learn.site_toml.version import is_newer
        from crawler.sites.declared import declared_names
        from crawler.sites.learned.site import LearnedSite
        from crawler.sites.learned.strangers import again
        from crawler.upkeep.foreign_samples import foreign_samples
        from crawler.upkeep.learning import (
            is_edited,
            keep_site,
            learn_site,
            other_pages,
            read_samples,
            site_text,
        )
        from crawler.upkeep.unreadable import unreadable

        if self.only_argument(args) in declared_names():
            raise CannotRun(f"{args[0]} is declared in code, so that there is nothing to learn")
        site, folder = self.site_and_archive(args, partial(again, opts.url) if opts.url else None)
        assert isinstance(site, LearnedSite)
        assert self.settings is not None
        if opts.pages:
            with opened(self.settings, site.name) as archive, reporting_damage(folder):
                for url in other_pages(archive, site):
                    print(url)
            return GOOD
        samples = read_samples(filter(None, opts.samples.split(",")))
        _check_converter(site.learned, is_given=bool(samples))
        may_write = is_writable(folder)
        with (
            locked(folder) if may_write else nullcontext(),
            opened(self.settings, site.name) as archive,
            reporting_damage(folder),
        ):
            if opts.url and not any(url.startswith(site.home) for url in archive.catalog.urls()):
                first = next(iter(sorted(archive.catalog.urls())), "none")
                raise CannotRun(f"{folder} has no capture of {site.home}; name the home page of what is captured: {first}, say")
            learned = learn_site(archive, site, samples)
            damaged, file = unreadable(archive), folder / SITE
            before = file.read_text("utf-8", "replace") if file.is_file() else ""
            writes = may_write and (not damaged or opts.overwrite)
            written = writes and keep_site(folder, learned, overwrite=opts.overwrite)
            foreign = list(foreign_samples(archive, samples))
        text = site_text(learned)
        sys.stdout.write(text)
        for line in (*learned.warnings, *foreign):
            print_stderr(line)
        if not learned.layouts:
            print_stderr(no_posts(learned))
        if text == before:
            print_stderr(f"nothing new was learned; {file} stays as it is")
            return GOOD
        newer = is_newer(before)
        stays = damaged or newer or (before and is_edited(before))
        if opts.overwrite or not stays:
            check_writable(folder)
        if written:
            then = f"; {command(f'rebuild {site.name}')} makes the posts by it" if learned.layouts else ""
            print_stderr(f"written to {file}{then}")
            return GOOD
        return _kept(file, site.name, damaged, "was made by a newer Backfile" if newer else "was edited")


def _check_converter(known: Learned, *, is_given: bool) -> None:
    """Say what stays as it was learned where Jekyll does not start any more.

    :param is_given: whether samples are given.
    :raises CannotRun: if they are, for they would tell nothing.
    """
    from crawler.upkeep.learned_settings import lacks_converter

    if not lacks_converter(known):
        return
    if is_given:
        raise CannotRun("samples tell nothing where Jekyll does not start; jekyll --version may say why it does not")
    print_stderr("Jekyll does not start here: what it told of kramdown and habits stays; jekyll --version may say why")


def _kept(file: Path, site: str, damaged: int, why: str) -> int:
    """Say why nothing was written; the exit code."""
    if not damaged:
        print_stderr(f"{file} {why}, and stays as it is; --overwrite replaces it")
        return GOOD
    names = command(f"verify {site}")
    print_stderr(f"{counted(damaged, 'capture')} cannot be read, so that {file} stays as it is; {names} tells more")
    return LOSSES
