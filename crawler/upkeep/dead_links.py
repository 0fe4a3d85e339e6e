"""Links in contents to posts that are no more: there was no ``post_url``, for Jekyll ends where no post has that name."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.layouts.content import content_of
from crawler.markup.characters import whole_utf8
from crawler.markup.links.address import joined
from crawler.sites.learned.body import PostNames, relative
from crawler.sites.learned.site import LearnedSite
from crawler.sites.parsed import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.archive.archive import Archive
    from crawler.learn.learned import Learned

_HREF = re.compile(rb"href=\"(/[^\"#]{0,1000}+)")


def with_dead_links(learned: Learned, archive: Archive) -> Learned:
    """Add the paths of posts that contents link to and of which the archive has no page, where posts name each other."""
    several = (learned.habits, *learned.near.values())
    if not any(habits.get("post_url") or habits.get("post_url_likely") for habits in several):
        return learned
    site = LearnedSite.of(replace(learned, dead_links=()))
    names, alive, linked = PostNames(site), set[str](), set[str]()
    for url, content in contents_of_posts(archive, site):
        alive.add(relative(site.home, url))
        linked |= {unescape(one.decode("utf-8", "replace")) for one in _HREF.findall(content)}
    dead = sorted({relative(site.home, joined(learned.home, path)) for path in linked if path in names} - alive)
    if not dead:
        return learned
    told = f"{counted(len(dead), 'address')} that posts link to, of posts that the archive has no page of"
    return replace(learned, dead_links=tuple(dead), evidence={**learned.evidence, "dead_links": told})


def contents_of_posts(archive: Archive, site: LearnedSite, most: int = 0) -> Iterator[tuple[str, bytes]]:
    """The address and content of all posts of a site, or of so many from all over it; empty where no layout fits."""
    urls = [url for url in sorted(archive.catalog.urls()) if site.kind(url) == Kind.POST]
    for url in urls[:: max(1, -(-len(urls) // most))] if most else urls:
        row = archive.catalog.latest(url, good=True)
        page = archive.captures.payloads.exchange(row) if row is not None else None
        if page is not None:
            body = whole_utf8(page.body)
            found = content_of(body, site.learned.layouts)
            yield url, body[found[1] : found[2]] if found else b""
