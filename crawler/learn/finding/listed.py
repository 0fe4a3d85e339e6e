"""Posts whose addresses have no date: what the lists of a site lead to, and shows a day or looks like the others."""

from __future__ import annotations

import re
from collections import Counter
from itertools import groupby
from typing import TYPE_CHECKING

from crawler.learn.finding.clusters import clusters
from crawler.learn.rule import is_dated
from crawler.markup.characters import as_utf8
from crawler.markup.links.links import placed_links
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator, Mapping

    from crawler.learn.page import Page
    from crawler.learn.pages import Captured
    from crawler.markup.links.links import Link

#: The home page, its further pages, archives.
_LISTS = re.compile(
    r"(?:(?:blog|posts|articles|news|writing)/?|(?:.*/)?(?:page/?\d+|archives?|all|blog)/?(?:\.html)?)?", re.IGNORECASE
)
#: What a page is called that lists all pages of a site.
_OF_ALL, _NONE = re.compile(r"(?:.*/)?(?:html-?)?site-?map(?:/|\.html)?", re.IGNORECASE), re.compile(r"(?!)")
#: So many of the other pages are looked at for links that all pages have.
_LOOKED_AT, _MENU = 12, 0.5
#: As many pages that look alike, and that a list leads to, are posts.
_SEVERAL = 3
_TWO = 2
#: So many out of a hundred pages that look alike have a day in lists, for all of them to be posts.
_MOST = 75
#: Further pages without a day are few if there are this many times as many posts.
_FEW = 4
#: A folder with more pages than these, which no feed has and whose addresses have no date, is a collection.
FEW = 2
#: So many posts are compared with pages that may be posts.
_COMPARED = 60
#: So many of the posts that a page leads to are looked at for links back.
_NEIGHBOURS = 12


def lists_of(captured: Captured) -> list[Page]:
    """The pages that list posts, by their addresses, or by what they show."""
    return [
        page
        for path, page in captured.pages.items()
        if (_LISTS.fullmatch(path) or path in captured.listings) and not page.is_stub
    ]


def menu_of(captured: Captured, pages: Mapping[str, Page]) -> set[str]:
    """The paths of pages that all pages lead to.

    :param pages: those that may be posts.
    """
    others = [page for path, page in pages.items() if not _LISTS.fullmatch(path)]
    spelt = {ENDING.sub("", path): path for path in pages}
    menu = Counter(
        path for page in others[:: max(1, len(others) // _LOOKED_AT)][:_LOOKED_AT] for path in linked(captured, page, spelt)
    )
    return {path for path, count in menu.items() if count >= max(2, min(len(others), _LOOKED_AT) * _MENU)}


def listed(
    captured: Captured, pages: Mapping[str, Page], with_days: Container[str] = (), but_of: re.Pattern[str] = _NONE
) -> set[str]:
    """The paths of pages that lists of posts lead to and that are like posts.

    Those that show a time of their own are, if lists do not have days beside more of the others.

    :param pages: those that may be posts.
    :param with_days: the paths of those beside which lists have a day.
    :param but_of: the paths of lists that do not count.
    """
    spelt = {ENDING.sub("", path): path for path in pages}
    lists = [page for page in lists_of(captured) if not but_of.fullmatch(page.path)]
    found = {path for page in lists for path in linked(captured, page, spelt)} - menu_of(captured, pages)
    found = {path for path in found if not _LISTS.fullmatch(path) and path not in captured.listings}
    dated = {path for path in found if pages[path].published or pages[path].shows_times == 1}
    if dated and sum(path in with_days for path in found - dated) <= len(dated):
        return dated
    alike = clusters([pages[path] for path in sorted(found)])
    several = [cluster for cluster in alike if len(cluster) >= _SEVERAL]
    likely = several[:1] + [cluster for cluster in several[1:] if have_days([page.path for page in cluster], with_days)]
    return {page.path for cluster in likely for page in cluster}


def have_days(paths: Collection[str], with_days: Container[str]) -> bool:
    """Whether lists have a day beside most of some pages: of a few they may have two, or none, as a list of one category."""
    return sum(path in with_days for path in paths) * 100 >= _MOST * len(paths)


def with_more(posts: set[str], more: set[str], with_days: Container[str]) -> set[str]:
    """Posts in lists, with further ones: no few without a day where lists have one beside most, for such are of something else.

    >>> posts = {"a", "b", "c", "d", "e"}
    >>> sorted(with_more(posts, {"e", "f", "notes"}, {*posts, "f"}) - posts), sorted(with_more({"a"}, {"b", "c"}, {"a"}))
    (['f'], ['a', 'b', 'c'])
    """
    without = {path for path in more - posts if path not in with_days}
    is_other = len(without) * _FEW <= len(posts) and have_days(posts, with_days)
    return posts | (more - without if is_other else more)


def beside(captured: Captured, pages: Mapping[str, Page], posts: Collection[str]) -> set[str]:
    """The paths of posts with a permalink of their own: lists lead to them beside posts, and they look like some of these.

    Folders with several such pages are collections, if these are no neighbours of posts, and so are those with dates in the
    addresses that hold no posts. Lists of all pages, posts or not, tell nothing.

    :param posts: the paths of pages that are surely posts.
    """
    likely = sorted(path for path in listed(captured, pages, but_of=_OF_ALL) - set(posts) if not is_dated(path))
    if not likely:
        return set()
    known = [pages[path] for path in sorted(posts) if path in pages]
    alike = clusters([*known[:: max(1, len(known) // _COMPARED)], *(pages[path] for path in likely)])
    found = {page.path for cluster in alike if any(page.path in posts for page in cluster) for page in cluster} - set(posts)
    return without_collections(captured, pages, found, posts)


def without_collections(
    captured: Captured, pages: Mapping[str, Page], found: Collection[str], posts: Collection[str]
) -> set[str]:
    """Pages that may be posts, without those of folders with several, but where these are posts for another reason.

    A first folder without posts is one, whatever folders it has. Feeds have some of it, or all are neighbours of posts:
    Jekyll's links to the document before and the one after lead from post to post, and within a collection. Or lists of all
    posts have them among these.

    :param posts: the paths of pages that are surely posts.
    """
    with_posts = {_first(path) for path in posts}
    places = {path: folder(path) if (first := _first(path)) in with_posts else first for path in found}
    folders = Counter(places.values())
    of_posts = {"", *(folder(path) for path in posts if not is_dated(path))}
    several = {path for path in found if folders[places[path]] > FEW and places[path] not in of_posts}
    menu = menu_of(captured, pages) if several else set()
    spelt = {ENDING.sub("", path): path for path in pages}
    alone = set()
    for path in several:
        others = [other for other in linked(captured, pages[path], spelt) if other in posts and other not in menu]
        if not any(path in linked(captured, pages[other], spelt) for other in others[:_NEIGHBOURS]):
            alone.add(places[path])
    alone -= _among(captured, {path: places[path] for path in several if places[path] in alone}, posts) if alone else set()
    return {path for path in found if path not in several or places[path] not in alone}


def _among(captured: Captured, found: Mapping[str, str], posts: Collection[str]) -> set[str]:
    """The folders of pages that lists have among posts, at two places or more: what is no post has a place of its own there.

    :param found: these folders by the paths of their pages.
    :param posts: the paths of pages that are surely posts.
    """
    spelt = {ENDING.sub("", path): path for path in (*found, *posts)}
    places = Counter[str]()
    seen = set[str]()
    for page in captured.pages.values():
        order = list(linked(captured, page, spelt)) if _LISTS.fullmatch(page.path) and not page.is_stub else []
        runs = [list(run) for _, run in groupby(order, lambda path: found.get(path, ""))]
        for before, run, behind in zip(runs, runs[1:], runs[2:], strict=False):
            is_among = run[0] not in posts and before[0] in posts and behind[0] in posts
            if is_among and seen.isdisjoint(run):
                places[found[run[0]]] += 1
                seen.update(run)
    return {name for name, count in places.items() if count >= _TWO}


def folder(path: str) -> str:
    """The folder of a page.

    >>> folder("essays/tide/"), folder("essays/tide.html"), folder("tide/")
    ('essays', 'essays', '')
    """
    return ENDING.sub("", path).rpartition("/")[0]


def _first(path: str) -> str:
    """The first folder of a page; empty if it lies in none."""
    return folder(path).partition("/")[0]


def linked(captured: Captured, page: Page, spelt: Mapping[str, str]) -> Iterable[str]:
    """The pages that a page leads to, each once."""
    found = (spelt.get(ENDING.sub("", path)) for path in captured.leads_to(page))
    return dict.fromkeys(path for path in found if path and path != page.path)


def links_to(captured: Captured, page: Page, spelt: Mapping[str, str]) -> Iterator[tuple[int, Link, str]]:
    """The links of a page to some others, each with the byte of its tag and the path to which it leads.

    :param spelt: the paths of these others by their spelling without an ending.
    """
    for place, link in placed_links(as_utf8(page.body), page.url):
        path = captured.relative(link.url.partition("#")[0])
        other = spelt.get(ENDING.sub("", path)) if path else None
        if other:
            yield place, link, other
