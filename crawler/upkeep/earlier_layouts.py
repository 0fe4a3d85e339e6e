"""Layouts that a site had before: told by earlier captures of posts, where newer ones of the same addresses have another."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.learn.layouts.content import content_of
from crawler.learn.learn import learn
from crawler.markup.characters import whole_utf8
from crawler.markup.same_text import letters_and_images
from crawler.sites.learned.site import LearnedSite
from crawler.sites.parsed import Kind
from crawler.sites.replaced import is_edit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from crawler.archive.archive import Archive
    from crawler.archive.catalog.schema import CaptureRow
    from crawler.items import Exchange
    from crawler.learn.learned import Layout, Learned

#: So many times are looked back to at most, and fewer pages than this tell no layout.
_TIMES, _FEWEST = 4, 2
_FOUND = 200


def with_earlier(archive: Archive, learned: Learned) -> Learned:
    """Add the layouts of earlier captures that none of the learned ones is; nothing else of the past is taken.

    The site is learned as it was when the newest page was captured that no layout is known of, and so on into the past.
    A layout counts if it shows texts that the posts have to this day, too: pages of errors, or of whoever had the host before,
    do not.
    """
    site = LearnedSite.of(learned)
    posts = [url for url in sorted(archive.catalog.urls()) if site.kind(url) == Kind.POST] if learned.layouts else []
    rows = list(_unknown(archive, learned.layouts, _earlier(archive, posts)))
    for _ in range(_TIMES):
        if len({row.url for row in rows}) < _FEWEST:
            break
        time = max(row.time for row in rows)
        then = learn(learned.name, learned.home, _pages(archive, time))
        found = [one for one in others(learned.layouts, then.layouts) if _shows_posts(archive, learned.layouts, one, rows)]
        if found:
            evidence = {
                f"layout.{one.name}.start": f"captures until {time[:10]}; newer ones have another layout" for one in found
            }
            learned = replace(learned, layouts=(*learned.layouts, *found), evidence={**learned.evidence, **evidence})
            rows = list(_unknown(archive, learned.layouts, rows))
        else:  # half of what is left is likely to be as little of a layout
            rows = sorted(rows, key=lambda row: row.time)[: len(rows) // 2]
    return learned


def others(known: tuple[Layout, ...], found: Iterable[Layout]) -> Iterator[Layout]:
    """The layouts that are not known, under names that the known ones do not have."""
    places, names = {(one.start, one.end) for one in known}, {one.name for one in known}
    for layout in found:
        if (layout.start, layout.end) not in places:
            name = next(one for one in (layout.name, *(f"post-{n}" for n in range(2, len(names) + 3))) if one not in names)
            names.add(name)
            yield replace(layout, name=name)


def shown(body: bytes, layouts: tuple[Layout, ...]) -> tuple[Layout | None, str]:
    """The layout of a page, and the text of its content."""
    body = whole_utf8(body)
    found = content_of(body, layouts)
    return (found[0], letters_and_images(body[found[1] : found[2]].decode("utf-8", "replace"))) if found else (None, "")


def _earlier(archive: Archive, urls: Sequence[str]) -> Iterator[CaptureRow]:
    """Pages at these addresses that differ from the newest one there; of equal ones, the first."""
    for history in archive.catalog.histories([url] for url in urls):
        pages = [row for row in history if row.status == _FOUND and row.type == "response"]
        known = {pages[-1].payload_digest} if pages else set()
        for row in pages:
            if row.payload_digest not in known:
                known.add(row.payload_digest)
                yield row


def _unknown(archive: Archive, layouts: tuple[Layout, ...], rows: Iterable[CaptureRow]) -> Iterator[CaptureRow]:
    """Those of some captures that have none of the layouts."""
    for row in rows:
        page = archive.captures.payloads.exchange(row)
        if page is not None and content_of(whole_utf8(page.body), layouts) is None:
            yield row


def _pages(archive: Archive, time: str) -> Iterator[Exchange]:
    """The newest good capture of each address that is not newer than a time, in the order of addresses."""
    for url in sorted(archive.catalog.urls()):
        row = archive.catalog.latest(url, good=True, until=time)
        page = archive.captures.payloads.exchange(row) if row is not None else None
        if page is not None:
            yield page


def _shows_posts(archive: Archive, known: tuple[Layout, ...], layout: Layout, rows: Iterable[CaptureRow]) -> bool:
    """Whether most pages that have a layout show by it what the newest pages at their addresses show by the known ones."""
    same = other = 0
    for row in rows:
        page, latest = archive.captures.payloads.exchange(row), archive.catalog.latest(row.url, good=True)
        newest = archive.captures.payloads.exchange(latest) if latest is not None else None
        if page is None or newest is None or shown(page.body, (layout,))[0] is None:
            continue
        of, text = shown(newest.body, known)
        if of is not None:
            is_same = is_edit(text, shown(page.body, (layout,))[1]) or is_edit(shown(page.body, (layout,))[1], text)
            same, other = same + is_same, other + (not is_same)
    return same > other
