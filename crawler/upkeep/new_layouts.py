"""Layouts of posts that are new to a learned site: added to its ``site.toml``, in which all else stays as it is."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import orjson

from crawler.archive.paths import SITE
from crawler.archive.refile import refile
from crawler.learn.layouts.content import content_of
from crawler.markup.characters import whole_utf8
from crawler.markup.same_text import letters_and_images
from crawler.sites.archived import of_learned
from crawler.sites.replaced import is_edit
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
    known = site.learned.layouts
    others = _others(known, learn_site(archive, site, {}).layouts)
    layouts = (*known, *(one for one in others if _is_of_posts(archive, site, one)))
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
        if before is not None and _shown(before, (*known, layout))[0] is layout:
            return False
        of, text = _shown(now, (*known, layout)) if now is not None else (None, "")
        if before is not None and of is layout:
            is_whole = is_edit(_shown(before, known)[1], text)
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


def _shown(body: bytes, layouts: tuple[Layout, ...]) -> tuple[Layout | None, str]:
    """The layout of a page, and the text of its content."""
    body = whole_utf8(body)
    found = content_of(body, layouts)
    return (found[0], letters_and_images(body[found[1] : found[2]].decode("utf-8", "replace"))) if found else (None, "")


def _others(known: tuple[Layout, ...], found: tuple[Layout, ...]) -> Iterator[Layout]:
    """The layouts that are not known, under names that the known ones do not have."""
    places, names = {(one.start, one.end) for one in known}, {one.name for one in known}
    for layout in found:
        if (layout.start, layout.end) not in places:
            name = next(one for one in (layout.name, *(f"post-{n}" for n in range(2, len(names) + 3))) if one not in names)
            names.add(name)
            yield replace(layout, name=name)
