"""``scrapy forget SITE POST… --reason TEXT``: removes posts from an archive for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import ScrapyCommand
from scrapy.exceptions import UsageError

from crawler.commands.offline import OfflineMixin
from crawler.commands.options import add_json
from crawler.commands.streams import print_stderr
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


class Command(OfflineMixin, ScrapyCommand):
    """A post is named by its ID, its file, or the address of its page or of a companion (a further document with its text). It
    is removed from files, index, catalog and captures (its page, companions, feeds with its text), and not fetched again.

    Captured listings still have its title, unless --listings is given. Exports in their usual places are updated; copies, and
    exports in other places, are not. If the archive does not know a post, that is an error, and nothing is done.
    Exit codes: 0 done; 1 something had to stay, and is named; 2 could not run, and nothing was done; 3 in use.
    """

    synopsis = "<site> <post> [<post> ...] --reason TEXT [options]"
    summary = "Remove posts from an archive for good"
    example = 'forget finews init --reason "its author asks"'
    after_error = "; the next run or the same command completes what was begun"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        group = parser.add_argument_group(title="Forget")
        group.add_argument("--reason", default="", metavar="TEXT", help="kept in forgotten.jsonl; needed, but for --undo")
        group.add_argument("--listings", action="store_true", help="take out captured listings that name a post as well")
        group.add_argument("--dry-run", action="store_true", help="write nothing; tell what would go, and what would stay")
        group.add_argument("--unknown-too", action="store_true", help="block posts as well that the archive has nothing of yet")
        group.add_argument("--undo", action="store_true", help="let forgotten posts be fetched again; brings nothing back")
        group.add_argument("--list", action="store_true", help="show what is forgotten, since when, and why")
        add_json(group)

    def work(self, args: list[str], opts: Namespace) -> int:
        """Forget posts, undo that, or list what is forgotten."""
        site, folder = self.site_and_archive(args[:1])
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

    # Forgetter

    def _forget(self, site: Site, texts: list[str], opts: Namespace) -> int:
        from crawler.archive.archive import opened
        from crawler.exporters.removal import remove_posts
        from crawler.upkeep.forget import Forgetter

        assert self.settings is not None
        remaining = 0
        with opened(self.settings, site.name, write=not opts.dry_run) as archive:
            if not opts.dry_run:
                archive.recover(site.canonical)
            wanted = _wanted(archive, site, texts, unknown_too=opts.unknown_too)
            if wanted is None:
                return COULD_NOT_RUN
            forgetting = Forgetter(archive, site, with_listings=opts.listings)
            for post_id, is_known in wanted.items():
                if opts.dry_run:
                    _print_plan(archive, forgetting.plan(post_id) if is_known else None, post_id)
                elif is_known:
                    plan = forgetting.forget(post_id, opts.reason.strip())
                    _print_done(plan)
                    remaining += len(plan.shared)
                else:
                    forgetting.block(post_id, opts.reason.strip())
                    print(f"{post_id}: blocked; the archive had nothing of it")
            if opts.dry_run:
                _print_exports(archive, site)
                return GOOD
            forgetting.finish_pending()
        for path, what, is_done in remove_posts(archive.folder, list(wanted), site):
            print(f"{path}: {what}")
            remaining += not is_done
        if remaining:
            print_stderr(
                f"{counted(remaining, 'place')} named above still {'have' if remaining > 1 else 'has'} something of it"
            )
        return LOSSES if remaining else GOOD

    # What was forgotten

    def _undo(self, site: Site, folder: Path, texts: list[str], opts: Namespace) -> int:
        from crawler.archive.archive import opened
        from crawler.upkeep.forget import Forgetter

        assert self.settings is not None
        with opened(self.settings, site.name, write=not opts.dry_run) as archive:
            found = _forgotten(archive, site, texts)
            if found is None:
                return COULD_NOT_RUN
            still = [post_id for post_id in found if post_id in archive.forgotten]
            if not opts.dry_run and still:
                archive.recover(site.canonical)
                Forgetter(archive, site).undo(still, opts.reason.strip())
        for post_id in found:
            if post_id not in still:
                print(f"{post_id}: is not forgotten any more; there is nothing to do")
                continue
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
            print_stderr(f"nothing of {folder} is forgotten")
        return GOOD


def _wanted(archive: Archive, site: Site, texts: Iterable[str], *, unknown_too: bool) -> dict[str, bool] | None:
    """The named IDs, and whether the archive knows each; ``None`` if one is unknown, which is printed."""
    from crawler.derive.lookup import Lookup, NotInArchive

    lookup = Lookup(site, archive.catalog, archive.forgotten)
    wanted: dict[str, bool] = {}
    errors = []
    for text in texts:
        try:
            wanted |= dict.fromkeys(lookup.posts(text), True)
        except NotInArchive as error:
            ids = lookup.ids(text) if unknown_too else ()
            wanted |= {post_id: wanted.get(post_id, False) for post_id in ids}
            if not ids:
                errors.append(str(error))
    return None if _print_errors(errors, "--unknown-too blocks posts that are still to come") else wanted


def _forgotten(archive: Archive, site: Site, texts: Iterable[str]) -> list[str] | None:
    """The named posts that are forgotten, or were until they were let in again; ``None`` if one never was, which is printed."""
    from crawler.archive.forgotten import readmitted
    from crawler.derive.lookup import Lookup, nearest

    lookup, before = Lookup(site, archive.catalog, archive.forgotten), readmitted(archive.folder)
    found: dict[str, None] = {}
    errors = []
    for text in texts:
        named = lookup.ids(text)
        ids = [post_id for post_id in named if post_id in archive.forgotten]
        found |= dict.fromkeys(ids)
        if not ids and not before.isdisjoint(named):
            # The same command again, after a kill or in a script, has what it asks for.
            found |= dict.fromkeys(one for one in named if one in before)
        elif not ids:
            near = nearest(text, archive.forgotten)
            errors.append(f"{text} is not forgotten" + (f"; the nearest that is: {near[0]}" if near else "; nothing is"))
    shows = command(f"forget {site.name} --list")
    return None if _print_errors(errors, f"{shows} shows what is") else list(found)


def _print_errors(errors: list[str], hint: str) -> bool:
    for error in errors[:-1]:
        print_stderr(error)
    if errors:
        print_stderr(f"{errors[-1]}; nothing was done, {hint}")
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
    """Print what would be removed of one post; ``None``: it would be blocked."""
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
    from crawler.exporters.removal import exports_beside

    for path in exports_beside(archive.folder, site):
        print(f"{path}: would lose what it holds of them")
