"""Which decorations of contents count: those of which the pages of a layout have nearly all places, and no feed has any."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.decorations.blocks import blocks
from crawler.learn.decorations.headings import heading_anchors
from crawler.learn.decorations.images import images
from crawler.learn.decorations.voids import voids
from crawler.learn.layouts.absolute import relative
from crawler.learn.layouts.content import content_of
from crawler.markup.characters import whole_utf8
from crawler.markup.decoration import BadDecoration, check, count, put_in, taken_out

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from crawler.learn.learned import Layout
    from crawler.learn.page import Unpacked

#: So many contents are looked at.
_SAMPLE = 400
#: So many posts of a layout out of a hundred that have such a place have the decoration at all of them.
_MOST = 80
#: Anchors have to be seen at so many headings: an author may have written one.
_ANCHORS = 3
Told = tuple[bytes, list[str]]


@dataclass(frozen=True, slots=True)
class Contents:
    """Contents of posts as their pages show them, with the name of the layout; and what feeds have, without any layout."""

    shown: list[tuple[str, str]]
    fed: list[str]

    @classmethod
    def read(cls, pages: Iterable[Told], layouts: Sequence[Layout], before: str, home: str) -> Contents:
        """Those of pages of posts, each given with what feeds have of it; ``before``: of addresses that layouts make whole."""
        read = cls([], [])
        for body, told in pages:
            page = whole_utf8(body)
            found = content_of(page, layouts)
            if found is not None:
                content = page[found[1] : found[2]].decode("utf-8", "replace")
                read.shown.append((found[0].name, relative(content, before, home)))
                read.fed.extend(told)
        return read


def decorations_of(
    pages: Sequence[Told] | Unpacked, layouts: Sequence[Layout], before: str, home: str
) -> tuple[dict[str, str], dict[str, str]]:
    """What layouts show, by what Jekyll rendered, and what bears each out: of some posts; if these have any, of all.

    :param pages: pages of posts, each with what feeds have as their contents; ``before``: of addresses that layouts make whole.
    """
    found, evidence = _told_by(Contents.read(pages[:: max(1, len(pages) // _SAMPLE)], layouts, before, home))
    if found and len(pages) > _SAMPLE:
        return _told_by(Contents.read(pages, layouts, before, home))
    return found, evidence


def _told_by(read: Contents) -> tuple[dict[str, str], dict[str, str]]:
    """The decorations of some contents. Pictures count where a layout rewrites other things: authors may have typed it all."""
    contents = [content for _, content in read.shown]
    found: dict[str, str] = {}
    evidence: dict[str, str] = {}
    anchors = heading_anchors(contents)
    if sum(count(content, shown) for shown in anchors.values() for content in contents) < _ANCHORS:
        anchors = {}
    for proposed in (anchors, blocks(contents)):
        _take(proposed, read, found, evidence)
    if found or read.fed:
        _take(images(contents), read, found, evidence, needs_feed=not found)
    _take(voids(contents), read, found, evidence)
    return found, evidence


def _take(
    proposed: Mapping[str, str], read: Contents, found: dict[str, str], evidence: dict[str, str], *, needs_feed: bool = False
) -> None:
    """Add those of the proposed decorations that count."""
    for rendered, shown in proposed.items():
        told = _borne_out(rendered, shown, read, needs_feed=needs_feed)
        if told:
            found[rendered], evidence[f"decorations.{rendered}"] = shown, told


def _borne_out(rendered: str, shown: str, read: Contents, *, needs_feed: bool) -> str:
    """What bears a decoration out; empty if it does not count."""
    try:
        check(rendered, shown)
    except BadDecoration:
        return ""
    if any(count(content, shown) for content in read.fed):
        return ""  # it is no layout's
    without = sum(count(content, rendered) > 0 for content in read.fed)
    if needs_feed and not without:
        return ""
    places, have, lack = 0, Counter[str](), Counter[str]()
    for layout, content in read.shown:
        before = taken_out(content, rendered, shown)
        if before != content and put_in(before, rendered, shown) == content:
            have[layout] += 1
            places += count(content, shown)
        elif before != content or put_in(content, rendered, shown) != content:
            lack[layout] += 1
    if not any(count * 100 >= _MOST * (count + lack[layout]) for layout, count in have.items()):
        return ""
    told = f"{counted(places, 'place')} of {counted(sum(have.values()), 'post')} show it"
    return f"{told}; a feed has {counted(without, 'content')} without it" if without else told
