"""Layouts of posts that are new to a learned site: added to its ``site.toml``, in which all else stays as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.archive.paths import SITE
from crawler.archive.refile import refile
from crawler.sites.archived import of_learned
from crawler.upkeep.learning import is_edited, keep_site, learn_site, site_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archive.archive import Archive
    from crawler.learn.learned import Layout
    from crawler.sites.learned import LearnedSite


def learn_more(archive: Archive, site: LearnedSite) -> LearnedSite | None:
    """Learn the layouts that none of the known ones is; of other lines, posts that are made might become others.

    :returns: the site with them; ``None`` if there are none, or a person has edited what is there.
    """
    if is_edited((archive.folder / SITE).read_text("utf-8", "replace")):
        return None
    found = learn_site(archive, site, {})
    layouts = (*site.learned.layouts, *_others(site.learned.layouts, found.layouts))
    if len(layouts) == len(site.learned.layouts):
        return None
    learned = replace(site.learned, layouts=layouts)
    keep_site(archive.folder, learned)
    refile(archive.catalog, site_text(learned), site.canonical)
    return of_learned(learned)


def _others(known: tuple[Layout, ...], found: tuple[Layout, ...]) -> Iterator[Layout]:
    """The layouts that are not known, under names that the known ones do not have."""
    places, names = {(one.start, one.end) for one in known}, {one.name for one in known}
    for layout in found:
        if (layout.start, layout.end) not in places:
            name = next(one for one in (layout.name, *(f"post-{n}" for n in range(2, len(names) + 3))) if one not in names)
            names.add(name)
            yield replace(layout, name=name)
