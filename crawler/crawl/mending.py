"""What a run does before it asks for anything, or at its end: it mends the archive, and makes the posts that are captured."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from crawler.archive.disk import DISK_ERRORS
from crawler.archive.paths import SITE
from crawler.counted import counted
from crawler.derive.catch_up import CatchUp
from crawler.upkeep.forget import Forgetter

if TYPE_CHECKING:
    from crawler.crawl.context import RunContext
    from crawler.derive.catch_up import Many

logger = logging.getLogger(__name__)


def mend(context: RunContext, many: Many | None = None) -> None:
    """Mend what a run that was cut short left in the context's archive, and make the posts that it had captured.

    :param many: derives them in several processes.
    """
    archive, report, site = context.archive, context.report, context.site
    report.repaired = archive.recover(site.canonical)
    if (archive.folder / SITE).is_file():
        from crawler.upkeep.learning import file_by_site  # noqa: PLC0415 - a declared site has nothing to learn

        file_by_site(archive, site)
    report.changes_since = str(archive.catalog.changes_so_far())
    if archive.forgotten:
        pending = Forgetter(archive, site).finish_pending()
        report.repaired += [f"{post_id} was still to be forgotten" for post_id in pending]
    made = make_captured(context, CatchUp(archive, site, context.writer), many)
    if made:
        were = "was" if made == 1 else "were"
        report.repaired.append(f"{counted(made, 'post')} that an unfinished run had captured {were} made")
    if not archive.catalog.number("watched"):
        context.writer.rebuild_rechecks()
        archive.catalog.set_number("watched", 1)


def make_captured(context: RunContext, posts: CatchUp, many: Many | None = None) -> int:
    """Make the posts that are captured, but not made yet, and return their number; ``many`` derives in several processes."""
    report = context.report
    try:
        done = posts.run(many)
    except DISK_ERRORS as error:
        context.could_not_write(str(context.archive.folder), error)
        return 0
    if done.taken_over:
        logger.info("%s of workers taken over as they are", counted(done.taken_over, "post"))
    context.frontier.cut_short.update(done.incomplete)
    report.failures.update(done.failures)
    for rejection in done.rejections:
        report.rejected(rejection)
    for entries, changed in ((done.new, False), (done.changed, True)):
        for entry in entries:
            report.wrote(entry, changed=changed)
    return len(done.new) + len(done.changed)
