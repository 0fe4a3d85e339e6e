"""Links in contents to posts that are no more: there was no ``post_url``, for Jekyll ends where no post has that name."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.layouts.content import content_of
from crawler.markup.address import joined
from crawler.markup.characters import whole_utf8
from crawler.sites.learned import LearnedSite
from crawler.sites.learned_body import PostNames, relative
from crawler.sites.parsed import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archive.archive import Archive
    from crawler.learn.learned import Learned

_HREF = re.compile(rb"href=\"(/[^\"#]{0,1000}+)")


def with_dead_links(learned: Learned, archive: Archive) -> Learned:
    """Add the paths of posts that contents link to and of which the archive has no page, where posts name each other."""
    if not any(str(habits.get("post_url", "")) for habits in (learned.habits, *learned.near.values())):
        return learned
    site = LearnedSite.of(replace(learned, dead_links=()))
    names, alive, linked = PostNames(site), set[str](), set[str]()
    for url, body in _posts(archive, site):
        alive.add(relative(site.home, url))
        found = content_of(body, learned.layouts)
        content = body[found[1] : found[2]] if found else b""
        linked |= {unescape(one.decode("utf-8", "replace")) for one in _HREF.findall(content)}
    dead = sorted({relative(site.home, joined(learned.home, path)) for path in linked if path in names} - alive)
    if not dead:
        return learned
    told = f"{counted(len(dead), 'address')} that posts link to, of posts that the archive has no page of"
    return replace(learned, dead_links=tuple(dead), evidence={**learned.evidence, "dead_links": told})


def _posts(archive: Archive, site: LearnedSite) -> Iterator[tuple[str, bytes]]:
    for url in archive.catalog.urls():
        if site.kind(url) == Kind.POST and (row := archive.catalog.latest(url, good=True)) is not None:
            page = archive.captures.payloads.exchange(row)
            if page is not None:
                yield url, whole_utf8(page.body)
