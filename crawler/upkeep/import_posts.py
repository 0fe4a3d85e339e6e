"""Makes the posts of imported captures; of a site that nobody described, once it is learned."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.archive.paths import SITE
from crawler.batch.deriving import Pool
from crawler.derive.catch_up import CatchUp, CatchUpResult
from crawler.derive.writer import PostWriter
from crawler.sites.learned.site import LearnedSite
from crawler.upkeep.home_page import at_its_home
from crawler.upkeep.learning import is_edited, learn_and_keep
from crawler.upkeep.new_layouts import learn_more
from crawler.upkeep.new_redirects import learn_redirects

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.archive.archive import Archive
    from crawler.archive.schedule import Schedule
    from crawler.sites.site import Site


def make_posts(
    archive: Archive, site: Site, schedule: Schedule, samples: Mapping[str, str], *, is_new: bool
) -> tuple[Site, CatchUpResult]:
    """Learn the site if nothing is made by what is known of it, make the posts, and learn layouts that are new.

    :param is_new: whether something was captured that was not there before.
    :returns: the site as it is known now, and what was made.
    """
    if isinstance(site, LearnedSite) and not archive.catalog.number_of_posts() and not _is_edited(archive):
        site = at_its_home(archive, site, is_live=False)
        site = learn_and_keep(archive, site, samples) or site
    if isinstance(site, LearnedSite) and is_new and site.learned.layouts:
        site = learn_redirects(archive, site)[0] or site
    made = _caught_up(archive, site, schedule)
    if isinstance(site, LearnedSite) and is_new and any(one.code == "layout" for one in made.rejections):
        more = learn_more(archive, site)
        if more is not None:
            site, first = more, made
            made = _caught_up(archive, site, schedule)
            made.new, made.changed = first.new + made.new, first.changed + made.changed
    writer = PostWriter(archive, site, schedule)
    for rejection in made.rejections:
        writer.note_rejection(rejection)
    writer.expire()
    CatchUp(archive, site, writer).mark_all_derived()
    return site, made


def _caught_up(archive: Archive, site: Site, schedule: Schedule) -> CatchUpResult:
    pool = Pool.of(archive).derived if isinstance(site, LearnedSite) else None
    return CatchUp(archive, site, PostWriter(archive, site, schedule)).run(pool)


def _is_edited(archive: Archive) -> bool:
    path = archive.folder / SITE
    return path.is_file() and is_edited(path.read_text("utf-8", "replace"))
