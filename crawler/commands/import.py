"""``scrapy import FILE…``: stores captures of other archivers in our archives."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.import_results import OURS, has_lost, print_remarks, print_result, why_nothing
from crawler.commands.offline import OfflineMixin
from crawler.commands.options import add_json
from crawler.commands.streams import print_stderr
from crawler.errors import CannotRun
from crawler.exit_codes import GOOD, LOSSES
from crawler.invocation import command
from crawler.scratch import scratch_folder

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
    example = "import _site --name blog --url https://blog.example/"
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
        from crawler.sites.learned.site import LearnedSite
        from crawler.upkeep.learning import read_samples

        if not args:
            raise UsageError("name a WARC or WACZ file, a folder of them, or an address of one (https://..., s3://...)")
        sites = self._sites(opts)
        samples = read_samples(filter(None, opts.samples.split(",")))
        self._filled = set[str]()
        _check_samples(sites, samples)
        is_stranger = len(sites) == 1 and isinstance(sites[0], LearnedSite) and bool(opts.url or opts.name or opts.site)
        files, folders = _sorted_out(args, is_stranger=is_stranger)
        with scratch_folder() as scratch:
            inputs = gather_inputs(files, scratch) if files else []
            results = [self._import(site, inputs, folders, samples) for site in sites]
        lines = [f"cannot be read: {line}" for line in dict.fromkeys(line for one in results for line in one["unreadable"])]
        if not any(one["captures"][name] for one in results for name in OURS):
            lines[-1:] = ["; ".join([*lines[-1:], why_nothing(sites, results)])]
        for line in lines:
            print_stderr(line)
        code = LOSSES if any(one["losses"] for one in results) else GOOD
        if opts.json:
            import orjson

            print(orjson.dumps({"sites": results, "exit_code": code}, option=orjson.OPT_INDENT_2).decode())
        else:
            taken = [one for one in results if any(one["captures"][name] for name in OURS) or has_lost(one, results)]
            for one in taken or (results if len(sites) == 1 else []):
                print_result(one)
        for one in results if is_stranger else ():
            print_remarks(one, is_first=one["site"] in self._filled and not opts.json)
        return code

    @staticmethod
    def _sites(opts: Namespace) -> list[Site]:
        from crawler.sites.declared import load, sound
        from crawler.sites.learned import archived
        from crawler.sites.learned.strangers import stranger

        if opts.site and opts.name:
            raise UsageError("--site and --name both name the site; give one of them")
        if not opts.url and opts.name and opts.name not in archived.names() and not archived.is_lost(opts.name):
            near = get_close_matches(opts.name, archived.names(), 1)
            how = f"did you mean {near[0]}?" if near else "name its home page too: --url https://blog.example/"
            raise UsageError(f"no site that was learned is called {opts.name}; {how}")
        if not opts.url:
            return [load(opts.site or opts.name)] if opts.site or opts.name else sound()
        if opts.site:
            raise UsageError("--site names a site that is known, and --url one that may not be; give one of them")
        return [stranger(opts.url, opts.name or "")]

    def _import(self, site: Site, inputs: list[Input], folders: list[Path], samples: dict[str, str]) -> dict[str, Any]:
        from crawler.archive.archive import Archive
        from crawler.archive.schedule import Schedule
        from crawler.items import SITE_DEFECTS
        from crawler.sites.learned.unlearned import UnlearnedSite
        from crawler.upkeep.folders import FolderImporter
        from crawler.upkeep.foreign_samples import foreign_samples
        from crawler.upkeep.import_posts import make_posts
        from crawler.upkeep.importing import Importer, filled
        from crawler.upkeep.learning import file_by_site, keep_site
        from crawler.upkeep.unused import forget_unused, leaving_nothing

        assert self.settings is not None
        with (
            leaving_nothing(Archive.folder_of(self.settings, site.name)),
            filled(Archive.from_settings(self.settings, site.name), site) as archive,
        ):
            was_empty = not archive.catalog.number_of_posts()
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
            schedule = Schedule.of_hours(self.settings.getlist("RECHECK_HOURS"))
            site, made = make_posts(archive, site, schedule, samples, is_new=counts["stored"] > 0)
            forget_unused(archive, site)
            foreign = list(foreign_samples(archive, samples))
        self._filled |= {site.name} if was_empty and made.new else set()
        for line in foreign:
            print_stderr(line)
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


def _sorted_out(given: list[str], *, is_stranger: bool) -> tuple[list[str], list[Path]]:
    """What is read for captures, and the folders that are read for pages: of a stranger's site only.

    :raises UsageError: for a folder of pages of which it is not said whose they are.
    :raises CannotRun: for a folder with neither, or of sources.
    """
    from crawler.upkeep.folders import has_captures, is_built, refuse_sources

    refuse_sources(map(Path, given))
    folders = [one for one in given if Path(one).is_dir() and is_built(Path(one))]
    files = [
        one for one in given if not Path(one).is_dir() or has_captures(Path(one)) or (not is_stranger and one not in folders)
    ]
    if not is_stranger and (alone := next((one for one in folders if one not in files), None)) is not None:
        how = "--url https://blog.example/ --name blog the first time, then --name blog"
        raise UsageError(f"{alone} is a folder of HTML; say of which site it is: {how}")
    barren = next((one for one in given if one not in files and one not in folders), None)
    if barren is not None:
        raise CannotRun(f"{barren} has neither pages (.html) nor files of captures (WARC, ARC, WACZ)")
    if not is_stranger:
        return files, []
    for one in folders:
        if one in files:
            print_stderr(f"{one} has files of captures as well as pages; both are taken")
    return files, list(map(Path, folders))


def _check_samples(sites: list[Site], samples: dict[str, str]) -> None:
    """Check that samples come when they are heeded: at the first import of a site that nobody described."""
    from crawler.sites.learned.site import LearnedSite
    from crawler.sites.learned.unlearned import UnlearnedSite
    from crawler.upkeep.sampled import digests

    for site in sites if samples else ():
        known = site.learned.samples if isinstance(site, LearnedSite) else {}
        if not isinstance(site, UnlearnedSite) and not digests(samples).items() <= known.items():
            again = f"{command(f'learn {site.name} --samples ...')} and then {command(f'rebuild {site.name}')}"
            raise UsageError(f"--samples is for a site that is not learned yet; for {site.name}: {again}")
