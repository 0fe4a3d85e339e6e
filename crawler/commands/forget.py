"""``scrapy forget SITE POST… --reason TEXT``: takes posts out of an archive for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.guard import complain
from crawler.commands.offline import Offline
from crawler.commands.options import add_json
from crawler.counted import counted
from crawler.exit_codes import COULD_NOT_RUN, GOOD, LOSSES
from crawler.invocation import command

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from collections.abc import Iterable
    from pathlib import Path

    from crawler.archive.archive import Archive
    from crawler.sites.site import Site
    from crawler.upkeep.forget import Plan


class Command(Offline, ScrapyCommand):
    """A post is named by its ID, its file, or the address of its page, its share or its share's answer. It goes out of files,
    index, catalog and captures (pages, shares, answers, feeds that hold its text), and is not fetched again.

    Captured listings still name its title, unless --listings takes those out, too. Exports in their usual places lose it;
    copies, and exports elsewhere, are yours to see to. What the archive does not know is an error, and nothing is done then.
    Exit codes: 0 done; 1 something had to stay, and is named; 2 could not, and nothing was begun; 3 in use.
    """

    takes = "<site> <post> [<post> ...] --reason TEXT [options]"
    does = "Take posts out of an archive for good"
    afterwards = "; what was begun is gone on with by the next run, or by the same command"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        group = parser.add_argument_group(title="Forget")
        group.add_argument("--reason", default="", metavar="TEXT", help="kept in forgotten.jsonl; needed")
        group.add_argument("--listings", action="store_true", help="take out captured listings that name a post as well")
        group.add_argument("--dry-run", action="store_true", help="write nothing; tell what would go, and what would stay")
        group.add_argument("--unknown-too", action="store_true", help="block posts as well that the archive has nothing of yet")
        group.add_argument("--undo", action="store_true", help="let forgotten posts be fetched again; brings nothing back")
        group.add_argument("--list", action="store_true", help="show what is forgotten, since when, and why")
        add_json(group)

    def work(self, args: list[str], opts: Namespace) -> int:
        """Do it."""
        site, folder = self.archive(args[:1])
        if opts.list:
            return self._list(site, folder, args[1:], opts)
        if opts.json:
            raise UsageError("--json goes with --list")
        if len(args) == 1:
            raise UsageError("name the posts to forget, by ID or address; --list shows those that are forgotten")
        if opts.undo:
            return self._undo(site, folder, args[1:], opts)
        if not opts.reason.strip() and not opts.dry_run:
            raise UsageError("--reason is missing: say why, for those who ask later; it is kept in forgotten.jsonl")
        return self._forget(site, args[1:], opts)

    # Forgetting

    def _forget(self, site: Site, texts: list[str], opts: Namespace) -> int:
        from crawler.archive.archive import opened
        from crawler.exporters.taking_out import take_out
        from crawler.upkeep.forget import Forgetter

        assert self.settings is not None
        left = 0
        with opened(self.settings, site.name, write=not opts.dry_run) as archive:
            if not opts.dry_run:
                archive.recover()
            wanted = _wanted(archive, site, texts, unknown_too=opts.unknown_too)
            if wanted is None:
                return COULD_NOT_RUN
            at_work = Forgetter(archive, site, with_listings=opts.listings)
            for post_id, is_known in wanted.items():
                if opts.dry_run:
                    _print_plan(archive, at_work.plan(post_id) if is_known else None, post_id)
                elif is_known:
                    plan = at_work.forget(post_id, opts.reason.strip())
                    _print_done(plan)
                    left += len(plan.shared)
                else:
                    at_work.block(post_id, opts.reason.strip())
                    print(f"{post_id}: blocked; the archive had nothing of it")
            if opts.dry_run:
                _print_exports(archive, site)
                return GOOD
            at_work.finish_pending()
        for path, what, is_done in take_out(archive.folder, list(wanted), site):
            print(f"{path}: {what}")
            left += not is_done
        return LOSSES if left else GOOD

    # What was forgotten

    def _undo(self, site: Site, folder: Path, texts: list[str], opts: Namespace) -> int:
        from crawler.archive.archive import opened
        from crawler.archive.forgotten import readmitted
        from crawler.upkeep.forget import Forgetter

        assert self.settings is not None
        with opened(self.settings, site.name, write=not opts.dry_run) as archive:
            found = _forgotten(archive, site, texts)
            if found is None:
                return COULD_NOT_RUN
            again = [post_id for post_id in found if post_id not in readmitted(folder)]
            if not opts.dry_run:
                archive.recover()
                Forgetter(archive, site).undo(again, opts.reason.strip())
        for post_id in found:
            says = "would be fetched" if opts.dry_run else "may be fetched"
            print(f"{post_id}: {says} again, if the site still has it; what was taken out cannot be brought back")
        return GOOD

    def _list(self, site: Site, folder: Path, texts: list[str], opts: Namespace) -> int:
        from dataclasses import asdict

        from crawler.archive.forgotten import exclusions

        if texts:
            raise UsageError("--list shows all that is forgotten, and takes no posts")
        found = exclusions(folder)
        if opts.json:
            import sys

            import orjson

            document = {"site": site.name, "forgotten": [asdict(one) for one in found.values()]}
            sys.stdout.buffer.write(orjson.dumps(document, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE))
            return GOOD
        for one in found.values():
            print(
                f"{one.time[:16].replace('T', ' ')}  {one.id}  {one.reason}{' (before it was captured)' if one.unseen else ''}"
            )
        if not found:
            complain(f"nothing of {folder} is forgotten")
        return GOOD


def _wanted(archive: Archive, site: Site, texts: Iterable[str], *, unknown_too: bool) -> dict[str, bool] | None:
    """The IDs that are named, and whether the archive knows them; ``None`` if one is unknown, which is said."""
    from crawler.derive.named import Names, Unknown

    names = Names(site, archive.catalog, archive.forgotten)
    wanted: dict[str, bool] = {}
    errors = []
    for text in texts:
        try:
            wanted |= dict.fromkeys(names.posts(text), True)
        except Unknown as error:
            ids = names.ids(text) if unknown_too else ()
            wanted |= {post_id: wanted.get(post_id, False) for post_id in ids}
            if not ids:
                errors.append(str(error))
    return None if _complained(errors, "--unknown-too blocks posts that are still to come") else wanted


def _forgotten(archive: Archive, site: Site, texts: Iterable[str]) -> list[str] | None:
    """The forgotten posts that are named, those whose block was lifted already included; ``None`` if one is none."""
    from crawler.archive.forgotten import readmitted
    from crawler.derive.named import Names, nearest

    names, known = Names(site, archive.catalog, archive.forgotten), archive.forgotten | readmitted(archive.folder)
    found: dict[str, None] = {}
    errors = []
    for text in texts:
        ids = [post_id for post_id in names.ids(text) if post_id in known]
        found |= dict.fromkeys(ids)
        if not ids:
            near = nearest(text, archive.forgotten)
            errors.append(f"{text} is not forgotten" + (f"; the nearest that is: {near[0]}" if near else "; nothing is"))
    shows = command(f"forget {site.name} --list")
    return None if _complained(errors, f"{shows} shows what is") else list(found)


def _complained(errors: list[str], hint: str) -> bool:
    for error in errors[:-1]:
        complain(error)
    if errors:
        complain(f"{errors[-1]}; nothing was done, {hint}")
    return bool(errors)


def _print_done(plan: Plan) -> None:
    what = "" if plan.entry else ", and was not in the index any more"
    print(f"{plan.post_id}: forgotten{what}; {counted(plan.number, 'record')} taken out of the captures")
    if plan.listings:
        named = counted(len(plan.listings), "captured listing still names", "captured listings still name")
        print(f"  {named} it; --listings takes them out")
    for line in plan.shared:
        print(f"  stays: {line}")


def _print_plan(archive: Archive, plan: Plan | None, post_id: str) -> None:
    """What would go of one post; ``None``: it would be blocked."""
    if plan is None:
        print(f"{post_id}: would be blocked; the archive has nothing of it")
        return
    print(f"{post_id}: would be forgotten; nothing is written now")
    if plan.entry:
        print(f"  title: {plan.entry['title']}")
        print(f"  file: {archive.folder / plan.entry['path']}")
    for name, places in plan.records.items():
        print(f"  {counted(len(places), 'record')} of captures/{name}")
    for url in dict.fromkeys(row.url for row in plan.rows):
        print(f"    of {url}")
    if plan.listings:
        named = counted(len(plan.listings), "captured listing names", "captured listings name")
        print(f"  {named} it, and would stay without --listings:")
        for url in dict.fromkeys(row.url for row in plan.listings):
            print(f"    {url}")
    for line in plan.shared:
        print(f"  would stay: {line}")


def _print_exports(archive: Archive, site: Site) -> None:
    from crawler.exporters.taking_out import exports_beside

    for path in exports_beside(archive.folder, site):
        print(f"{path}: would lose what it holds of them")
