"""``scrapy import FILE…``: stores captures of other archivers in our archives."""

from __future__ import annotations

import tempfile
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.offline import OfflineMixin
from crawler.commands.options import add_json
from crawler.commands.streams import print_stderr
from crawler.counted import counted
from crawler.errors import CannotRun
from crawler.exit_codes import GOOD, LOSSES
from crawler.invocation import command

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace

    from crawler.batch.input import Input
    from crawler.sites.site import Site


class Command(OfflineMixin, ScrapyCommand):
    """Exit codes: 0 all captures of a site's hosts are imported; 1 some could not be read or gave no post;
    2 could not run; 3 in use.

    FILE may be anything that ``scrapy rebuild --from`` takes. A capture that an archive has is not stored again. With --url,
    they are of a site that nobody described: it is learned, and FILE may be a folder of built HTML as well.
    """

    synopsis = "[options] <file> ..."
    summary = "Take captures of WARC and WACZ files into archives"
    after_error = "; what was taken is kept, and the same command goes on"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        group = parser.add_argument_group(title="Import")
        group.add_argument("--site", metavar="NAME", help="only captures of this site; of every site there is if not given")
        group.add_argument(
            "--url", metavar="URL", help="the home page of a site that nobody described, like https://blog.example/"
        )
        group.add_argument("--name", metavar="NAME", help="what that site is called; its host and path if not given")
        group.add_argument(
            "--samples", default="", metavar="FILES", help="source posts of it that you have, a comma between two"
        )
        add_json(group)

    def work(self, args: list[str], opts: Namespace) -> int:
        """Import the captures, then make the posts that they give."""
        from crawler.batch.inputs import gather_inputs
        from crawler.upkeep.folders import is_barren, is_built
        from crawler.upkeep.learning import read_samples

        if not args:
            raise UsageError("name a WARC or WACZ file, a folder of them, or a URL that fsspec reads")
        sites = self._sites(opts)
        samples = read_samples(filter(None, opts.samples.split(",")))
        folders = [Path(one) for one in args if Path(one).is_dir() and is_built(Path(one))]
        if folders and not opts.url:
            raise UsageError(
                f"{folders[0]} is a folder of HTML; say of which site it is: --url https://blog.example/ --name blog"
            )
        files = [one for one in args if Path(one) not in folders]
        barren = [one for one in files if opts.url and Path(one).is_dir() and is_barren(Path(one))]
        if barren:
            raise CannotRun(f"{barren[0]} has neither pages (.html) nor files of captures (WARC, ARC, WACZ)")
        with tempfile.TemporaryDirectory(prefix="backfile-") as scratch:
            inputs = gather_inputs(files, Path(scratch)) if files else []
            results = [self._import(site, inputs, folders, samples) for site in sites]
        for line in dict.fromkeys(line for one in results for line in one["unreadable"]):
            print_stderr(f"cannot be read: {line}")
        for site, one in zip(self._sites(opts), results, strict=True) if opts.url else ():
            _remark(site, one["captures"])
        code = LOSSES if any(one["losses"] for one in results) else GOOD
        if opts.json:
            import orjson

            print(orjson.dumps({"sites": results, "exit_code": code}, option=orjson.OPT_INDENT_2).decode())
        else:
            for one in results:
                _print_result(one)
        return code

    @staticmethod
    def _sites(opts: Namespace) -> list[Site]:
        from crawler.sites.declared import load, sound
        from crawler.sites.strangers import stranger

        if not opts.url:
            if opts.name:
                raise UsageError(
                    "--name is for a site that nobody described; name its home page too: --url https://blog.example/"
                )
            return [load(opts.site)] if opts.site else sound()
        if opts.site:
            raise UsageError("--site names a site that is known, and --url one that may not be; give one of them")
        return [stranger(opts.url, opts.name or "")]

    def _import(self, site: Site, inputs: list[Input], folders: list[Path], samples: dict[str, str]) -> dict[str, Any]:
        from crawler.archive.archive import Archive
        from crawler.archive.schedule import Schedule
        from crawler.derive.catch_up import CatchUp
        from crawler.derive.writer import PostWriter
        from crawler.items import SITE_DEFECTS
        from crawler.sites.unlearned import UnlearnedSite
        from crawler.upkeep.folders import FolderImporter
        from crawler.upkeep.importing import Importer
        from crawler.upkeep.learning import file_by_site, keep_site, learn_and_keep

        assert self.settings is not None
        with closing(Archive.from_settings(self.settings, site.name)) as archive:
            archive.recover(site.canonical)
            if isinstance(site, UnlearnedSite):
                keep_site(archive.folder, site.learned)  # so that it has a name, even if this is cut short
            file_by_site(archive, site)
            origins = {target: origin for origin, target in self.settings.getdict("ORIGINS").items()}
            importer = Importer(archive, site, origins)
            importer.import_inputs(inputs)
            taker = FolderImporter(archive, site, self.settings.getint("ASSET_MAXSIZE"))
            for folder in folders:
                taker.import_folder(folder)
            counts, problems = importer.result.counts + taker.result.counts, importer.result.problems + taker.result.problems
            if isinstance(site, UnlearnedSite):
                site = learn_and_keep(archive, site, samples) or site
            writer = PostWriter(archive, site, Schedule.of_hours(self.settings.getlist("RECHECK_HOURS")))
            catch_up = CatchUp(archive, site, writer)
            made = catch_up.run()
            for rejection in made.rejections:
                writer.note_rejection(rejection)
            writer.expire()
            catch_up.mark_all_derived()
        for url, reason in made.failures.items():
            print_stderr(f"no post: {url}: {reason}")
        for rejection in made.rejections:
            if rejection.code not in SITE_DEFECTS:
                print_stderr(f"no post: {rejection.url}: {rejection.code}: {rejection.reason}")
        lost = len(made.failures) + sum(rejection.code not in SITE_DEFECTS for rejection in made.rejections)
        return {
            "site": site.name,
            "archive": str(archive.folder),
            "captures": {name: counts[name] for name in ("stored", "known", "elsewhere", "forgotten")},
            "posts": {"new": len(made.new), "changed": len(made.changed)},
            "unreadable": problems,
            "failures": [{"url": url, "reason": reason} for url, reason in made.failures.items()],
            "rejections": [{"url": one.url, "code": one.code, "reason": one.reason} for one in made.rejections],
            "losses": len(problems) + lost,
        }


def _remark(site: Site, captures: dict[str, int]) -> None:
    """Tell a person that no post can be had of what a site was given."""
    from crawler.sites.unlearned import UnlearnedSite

    if captures["elsewhere"] and not captures["stored"] + captures["known"]:
        print_stderr(f"nothing was taken: no capture is of a page below {site.home}; --url names the home page")
    elif isinstance(site, UnlearnedSite) and captures["stored"] + captures["known"]:
        print_stderr(
            f"no page was found to be a post's; all are kept, and {command(f'learn {site.name}')} prints what was learned"
        )


def _print_result(one: dict[str, Any]) -> None:
    from crawler.items import SITE_DEFECTS

    captures, posts = one["captures"], one["posts"]
    parts = [
        f"{counted(captures['stored'], 'capture')} taken",
        f"{captures['known']:,} were there already",
        f"{captures['elsewhere']:,} of other hosts left out",
    ]
    parts += [f"{captures['forgotten']:,} of forgotten posts left out"] if captures["forgotten"] else []
    made = f"{posts['new']:,} new, {posts['changed']:,} changed posts"
    for found in one["rejections"]:
        if found["code"] in SITE_DEFECTS:
            print(f"broken by the site: {found['url']}: {found['code']}: {found['reason']}")
    print(f"{one['archive']}: {', '.join(parts)}; {made}; {one['losses']:,} losses")
