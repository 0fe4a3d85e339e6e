"""Layouts of posts that are new to a learned site: added to its ``site.toml``, in which all else stays as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import orjson

from crawler.archive.paths import SITE
from crawler.archive.refile import refile
from crawler.sites.learned.archived import of_learned
from crawler.sites.replaced import is_edit
from crawler.upkeep.earlier_layouts import others, shown
from crawler.upkeep.learning import is_edited, keep_site, learn_site, site_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archive.archive import Archive
    from crawler.learn.learned import Layout
    from crawler.sites.learned.site import LearnedSite


def learn_more(archive: Archive, site: LearnedSite) -> LearnedSite | None:
    """Learn the layouts that none of the known ones is; of other lines, posts that are made might become others.

    :returns: the site with them; ``None`` if there are none, or a person has edited what is there.
    """
    if is_edited((archive.folder / SITE).read_text("utf-8", "replace")):
        return None
    known = site.learned.layouts
    found = others(known, learn_site(archive, site, {}, earlier=False).layouts)
    layouts = (*known, *(one for one in found if _is_of_posts(archive, site, one)))
    if len(layouts) == len(site.learned.layouts):
        return None
    learned = replace(site.learned, layouts=layouts)
    keep_site(archive.folder, learned)
    refile(archive.catalog, site_text(learned), site.canonical)
    return of_learned(learned)


def _is_of_posts(archive: Archive, site: LearnedSite, layout: Layout) -> bool:
    """Whether a layout gives the posts that are made as whole as they are, and is none of error pages or pages that were cut.

    The pages that they were made of stay those of the known layouts; of most that have the new one now, it shows their texts.
    """
    known = site.learned.layouts
    whole = less = 0
    for before, now in _pages(archive, site):
        if before is not None and shown(before, (*known, layout))[0] is layout:
            return False
        of, text = shown(now, (*known, layout)) if now is not None else (None, "")
        if before is not None and of is layout:
            is_whole = is_edit(shown(before, known)[1], text)
            whole, less = whole + is_whole, less + (not is_whole)
    return whole >= less


def _pages(archive: Archive, site: LearnedSite) -> Iterator[tuple[bytes | None, bytes | None]]:
    """Of each archived post, the page that it is made of, and the newest one at its address."""
    for url in archive.catalog.urls():
        line = archive.catalog.post_line(post_id) if (post_id := site.post_id(url)) else None
        made_of = orjson.loads(line)["captures"][:1] if line else []
        if made_of:
            rows = (archive.catalog.at(made_of[0]["file"], made_of[0]["offset"]), archive.catalog.latest(url, good=True))
            before, now = (archive.captures.payloads.exchange(row) if row is not None else None for row in rows)
            yield before and before.body, now and now.body
