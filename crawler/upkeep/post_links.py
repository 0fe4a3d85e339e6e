"""Links in contents to other posts of the site, and whether they were typed as ``post_url``, where no sample tells."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.markup.links.address import joined, split
from crawler.markup.links.same_place import without_www
from crawler.markup.source.body import without_front_matter
from crawler.sites.learned.body import PostNames
from crawler.sites.learned.site import LearnedSite
from crawler.sites.parsed import Kind
from crawler.upkeep.dead_links import contents_of_posts

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.archive.archive import Archive
    from crawler.learn.learned import Learned

_HREF = re.compile(rb"<a(?=\s)[^<>]{0,500}?\shref=\"([^\"]{1,1000}+)\"")
_TYPED = re.compile(r"(?:\]\(<?|href=\"|^ {0,3}\[[^\]\n]{1,200}\]: *<?)(/[^\s()\"<>#]{1,1000})", re.MULTILINE)
#: So many posts have to link to others, and of so many links no more than one may be written otherwise: of eight sites of this
#: kind whose sources are known, six had ``post_url``; of those with fewer links, less than half.
_POSTS, _ONE_OF = 10, 20
#: So many contents from all over the site are looked at.
_MOST = 1000
_INDEX = re.compile(r"(?:/(?:index\.html?)?|\.html?)$")


def with_post_links(learned: Learned, archive: Archive, samples: Iterable[str]) -> Learned:
    """Add the habit ``post_url_likely`` if links to other posts have the form that ``post_url`` gives, and samples have none.

    A person who types addresses has a slash too few somewhere, an old address, or that of the whole site before it.
    """
    if learned.source != "markdown" or learned.habits.get("post_url"):
        return learned
    site = LearnedSite.of(replace(learned, dead_links=()))
    names = PostNames(site)
    if any(path in names for text in samples for path in _TYPED.findall(without_front_matter(text))):
        return learned
    known = (url for url in archive.catalog.urls() if site.kind(url) == Kind.POST)
    posts = {_key(site.home, url): url for url in known if archive.catalog.latest(url, good=True) is not None}
    linking = exact = others = count = 0
    for url, content in contents_of_posts(archive, site, _MOST):
        count += 1
        kinds = [
            path in names and key in posts
            for key, path in _paths(url, content)
            if (key in posts and posts[key] != url) or path in names
        ]
        exact, others, linking = exact + sum(kinds), others + kinds.count(False), linking + any(kinds)
    if linking < _POSTS or _ONE_OF * others > exact + others:
        return learned
    told = (
        f"{exact} of {counted(exact + others, 'link')} to other posts, in {linking} of {counted(count, 'post')},"
        " have the very form that post_url gives: most such sites have typed it, and no source post tells"
    )
    return replace(
        learned,
        habits={**learned.habits, "post_url_likely": True},
        evidence={**learned.evidence, "habits.post_url_likely": told},
    )


def _paths(page: str, content: bytes) -> Iterable[tuple[str, str]]:
    """Where links of a content lead, by what is the same for all ways to write that, and as they are written."""
    for found in _HREF.findall(content):
        target = unescape(found.decode("utf-8", "replace")).partition("#")[0]
        if target and not target.startswith(("mailto:", "javascript:")):
            yield _key(page, target), target


def _key(page: str, target: str) -> str:
    """What is the same for all ways to write an address: without ``www``, ends of files and what follows."""
    parts = split(joined(page, target))
    return f"{without_www(parts.netloc)}{_INDEX.sub('', parts.path)}".lower()
