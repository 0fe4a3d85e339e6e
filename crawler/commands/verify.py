"""``scrapy verify SITE``: checks that files, index and captures of an archive agree."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scrapy.commands import ScrapyCommand

from crawler.commands.offline import OfflineMixin
from crawler.commands.options import add_jobs, add_json, positive
from crawler.commands.streams import print_stderr
from crawler.counted import counted
from crawler.exit_codes import GOOD, LOSSES
from crawler.invocation import command
from crawler.scratch import scratch_folder

if TYPE_CHECKING:
    from argparse import ArgumentParser, Namespace
    from pathlib import Path

    from crawler.sites.site import Site


class Command(OfflineMixin, ScrapyCommand):
    """Exit codes: 0 all agrees, or was repaired by --repair; 1 something does not, and is named; 2 could not run; 3 in use.

    Locks the archive only while index and catalog are copied: a crawl may run at the same time.
    """

    summary = "Prove that an archive's files, index and captures agree"
    example = "verify finews --render --sample 20"

    def add_options(self, parser: ArgumentParser) -> None:
        """The options of the command."""
        super().add_options(parser)
        group = parser.add_argument_group(title="Verify")
        group.add_argument("--render", action="store_true", help="build the posts with Jekyll and compare with the pages")
        group.add_argument("--diff", action="store_true", help="with --render, and with the first lines that differ")
        group.add_argument("--sample", type=positive, default=0, metavar="N", help="only so many posts, chosen at random")
        group.add_argument("--repair", action="store_true", help="make again what captures give, then verify again")
        add_jobs(group)
        add_json(group)

    def work(self, args: list[str], opts: Namespace) -> int:
        """Verify, and with --repair repair."""
        from crawler.archive.lock import check_writable
        from crawler.batch.processes import workers
        from crawler.batch.show import ProgressDisplay
        from crawler.batch.workspace import rebuild_in_place
        from crawler.upkeep.verify.building import ruby

        site, archive = self.site_and_archive(args)
        opts.render |= opts.diff
        if opts.render:
            ruby()
        if opts.repair:
            check_writable(archive)
        result = self._verify(site, archive, opts)
        if result["findings"] and opts.repair:
            assert self.settings is not None
            with workers(opts.jobs, may_fork=True) as at_work, ProgressDisplay() as progress:
                rebuild_in_place(self.settings, site.name, at_work, progress)
            if not opts.json:
                print("made again from captures what they give; verifying once more")
            result = self._verify(site, archive, opts) | {"repaired": result["findings"]}
        code, others = LOSSES if result["findings"] else GOOD, result.pop("others")
        if opts.json:
            import orjson

            print(orjson.dumps(result | {"exit_code": code}, option=orjson.OPT_INDENT_2).decode())
        elif others and not opts.repair:  # what a person wrote into site.toml, a person mends
            print_stderr(f"{command(f'verify {site.name} --repair')} makes again what captures give")
        return code

    def _verify(self, site: Site, archive: Path, opts: Namespace) -> dict[str, Any]:
        """Verify once; findings are printed at once, unless --json is given. ``others`` are those not of ``site.toml``."""
        from crawler.archive.paths import SITE
        from crawler.batch.processes import workers
        from crawler.batch.show import ProgressDisplay
        from crawler.exporters.posts import useful_jobs
        from crawler.upkeep.verify.check import Checked, Verification
        from crawler.upkeep.verify.snapshot import take_snapshot

        checked, bad, others, found = Checked(), 0, 0, []
        with scratch_folder() as folder:
            snapshot = take_snapshot(archive, folder)
            jobs = max(useful_jobs(archive, opts.jobs), min(opts.jobs, len(snapshot.sizes)))
            with workers(jobs, may_fork=True) as at_work, ProgressDisplay() as progress:
                for finding in Verification(site, snapshot, at_work, progress, opts.sample, opts.render, opts.diff).run(
                    checked
                ):
                    bad += 1
                    others += finding.where != SITE
                    if opts.json:
                        found.append(finding._asdict())
                        continue
                    print(finding)
                    for line in finding.diff.splitlines():
                        print(f"    {line}")
        if not opts.json:
            extent = f"{counted(checked.files, 'capture file')} ({checked.bytes:,} bytes), {counted(checked.posts, 'post')}"
            if opts.sample:
                extent = f"{counted(checked.posts, 'post')}, chosen at random, with their captures"
            rendered = f", {checked.rendered:,} rendered with Jekyll" if opts.render else ""
            print(f"{archive}: {extent}{rendered}: {counted(bad, 'finding') if bad else 'everything holds'}")
        counts = {"files": checked.files, "bytes": checked.bytes, "posts": checked.posts, "rendered": checked.rendered}
        return {
            "archive": str(archive),
            "sample": opts.sample or None,
            **counts,
            "findings": found if opts.json else bad,
            "others": others,
        }
