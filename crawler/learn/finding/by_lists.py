"""The categories and tags of posts that nothing but the site's lists of each tell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.counted import counted
from crawler.learn.fields.shown import seen
from crawler.learn.finding.name_lists import KINDS, lists_elsewhere, lists_of_kind
from crawler.markup.byline import label
from crawler.sites.stock.names import slug_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from crawler.learn.finding.name_lists import NameList
    from crawler.learn.finding.posts import Posts
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.learned import Layout
    from crawler.learn.pages import Captured

#: So many posts out of a hundred whose names are known have to have those of the lists.
_MOST = 95
#: So many posts of each layout are looked at.
_TRIED = 40
#: So many names out of a hundred that lists have and pages do not, for lists to go by parts of names.
_PARTS = 80
#: So many posts have to agree with lists at addresses that say nothing.
_ENOUGH = 3
#: So many names has a site that has lists of them.
_SEVERAL = 2


@dataclass(frozen=True, slots=True)
class ByLists:
    """The categories and tags of posts by their paths, as far as no page of theirs shows them; and the evidence."""

    categories: Mapping[str, tuple[str, ...]]
    tags: Mapping[str, tuple[str, ...]]
    evidence: dict[str, str]


def by_lists(captured: Captured, posts: Posts, layouts: Sequence[tuple[Place, Layout]]) -> ByLists:
    """What the site's lists of each category and tag tell, if nearly all pages and feeds that show any agree."""
    in_feeds = _in_feeds(posts)
    tables: dict[str, dict[str, tuple[str, ...]]] = {}
    evidence = {}
    shown: dict[str, frozenset[str]] = {}
    for kind, pattern in KINDS.items():
        lists = lists_of_kind(captured, posts, pattern)
        elsewhere = {} if lists or kind != "tags" else lists_elsewhere(captured, posts, frozenset(in_feeds))
        elsewhere = {} if _are_shown(elsewhere, shown) else elsewhere  # as categories
        lists = lists or elsewhere
        shown = {path: names for place, layout in layouts for path, names in _shown(place, getattr(layout, kind))}
        names = _names(lists, in_feeds, shown) if len(lists) >= _SEVERAL else {}
        as_shown = _are_typed(shown, posts)
        names = _as_shown(names, shown) if as_shown else names
        right, wrong = _agree(names, shown, posts)
        if wrong and _are_others(layouts, posts, *KINDS.keys() - {kind}):
            right, wrong = _agree(names, shown, posts, in_feeds=False)
        tables[kind] = {}
        is_told = right >= _ENOUGH if elsewhere else bool(names)
        if is_told and wrong * 100 <= (100 - _MOST) * (right + wrong):
            needed = [place for place, layout in layouts if not getattr(layout, kind) or _shows_less(place, shown, names)]
            paths = sorted({page.path for place in needed for page in place.pages})
            tables[kind] = {path: names[path] for path in paths if path in names}
        if tables[kind]:
            every = {path: own for place, layout in layouts for path, own in _shown(place, getattr(layout, kind), tried=0)}
            tables[kind] = _without_parts(_as_shown(tables[kind], every) if as_shown else tables[kind], every)
        if tables[kind]:
            known = f"{right} of {right + wrong} agree with page or feed" if right + wrong else "nothing else shows any"
            evidence[f"listed_{kind}"] = (
                f"{counted(len(lists), 'list')} of the site's own have {counted(len(tables[kind]), 'post')} with these; {known}"
            )
    return ByLists(tables["categories"], tables["tags"], evidence)


def _are_shown(lists: Mapping[str, NameList], shown: Mapping[str, frozenset[str]]) -> bool:
    """Whether most posts of these lists have the list's name among those that their pages show."""
    slugs = {path: frozenset(map(slug_of, names)) for path, names in shown.items()}
    told = [slug in slugs[path] for slug, one in lists.items() for path in one.posts if path in slugs]
    return told.count(True) * 2 > len(told)


def _in_feeds(posts: Posts) -> dict[str, str]:
    """The names that feeds have by their slugs: of several spellings the one that most posts have."""
    often = Counter(name for several in posts.entries.values() for entry in several for name in entry.categories)
    return {slug_of(name): name for name, _ in reversed(often.most_common())}


def _names(
    lists: Mapping[str, NameList], in_feeds: Mapping[str, str], shown: Mapping[str, frozenset[str]]
) -> dict[str, tuple[str, ...]]:
    """The names of posts by their paths.

    They are written as feeds have them; those of others as that has them which agrees with feeds most: pages of posts, else
    the texts of lists, else their addresses.
    """
    ways = [
        {slug_of(name): name for several in shown.values() for name in sorted(several)},
        {slug: one.text(slug) for slug, one in lists.items()},
        {slug: one.address for slug, one in lists.items() if one.address},
    ]
    ways.sort(key=lambda way: -sum(way.get(slug) == name for slug, name in in_feeds.items()))
    found: dict[str, list[str]] = {}
    for slug in sorted(lists):
        name = next(filter(None, (way.get(slug) for way in (in_feeds, *ways))), slug)
        for path in lists[slug].posts:
            found.setdefault(path, []).append(name)
    return {path: tuple(names) for path, names in found.items()}


def _are_typed(shown: Mapping[str, frozenset[str]], posts: Posts) -> bool:
    """Whether pages show names as they were typed: as feeds have them; where these have none, not all as addresses do.

    A post's own entry tells before those of others, of which one may have another spelling.
    """
    own = {path: {label(name) for entry in posts.entries[path] for name in entry.categories} for path in shown}
    in_feeds = {label(name) for several in posts.entries.values() for entry in several for name in entry.categories}
    known = _are_told(shown, own) or _are_told(shown, dict.fromkeys(shown, in_feeds))
    if known:
        return known.count(False) * 100 <= (100 - _MOST) * len(known)
    return any(name != slug_of(name) for names in shown.values() for name in names)


def _are_told(shown: Mapping[str, frozenset[str]], told: Mapping[str, set[str]]) -> list[bool]:
    """Of each name that a post shows, and that is told of it in any spelling, whether it is told in this one."""
    slugs = {path: set(map(slug_of, names)) for path, names in told.items()}
    return [name in told[path] for path, names in shown.items() for name in names if slug_of(name) in slugs[path]]


def _as_shown(names: Mapping[str, tuple[str, ...]], shown: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    """The names of posts by their paths, as the post's own page writes those that it shows: a list may have other spellings.

    Names that differ in marks alone (``C++``, ``C#``) are in one list.
    """
    own: dict[str, dict[str, list[str]]] = {path: {} for path in shown}
    for path, several in shown.items():
        for name in sorted(several):
            own[path].setdefault(slug_of(name), []).append(name)
    return {
        path: tuple(one for name in told for one in own.get(path, {}).get(slug_of(name), [name]))
        for path, told in names.items()
    }


def _without_parts(names: Mapping[str, tuple[str, ...]], shown: Mapping[str, frozenset[str]]) -> dict[str, tuple[str, ...]]:
    """The names without those that are a part of another one of the post, where lists are of all posts with these letters.

    A theme that has a list of posts whose tags ``contain`` a text lists ``github`` under ``git``, too. Pages that show names
    tell: what the lists have more is nearly always such a part.
    """
    slugs = {path: frozenset(map(slug_of, several)) for path, several in shown.items()}
    more = [(slug, slugs[path]) for path in names.keys() & slugs.keys() for slug in map(slug_of, names[path])]
    more = [(slug, own) for slug, own in more if slug not in own]
    parts = sum(any(slug in one for one in own) for slug, own in more)
    if not parts or parts * 100 < _PARTS * len(more):
        return dict(names)
    found = {}
    for path, told in names.items():
        own, every = slugs.get(path, frozenset()), {*map(slug_of, told), *slugs.get(path, ())}
        found[path] = tuple(
            name
            for name in told
            if (slug := slug_of(name)) in own or not any(slug in other for other in every if other != slug)
        )
    return found


def _shown(place: Place, selectors: Sequence[str], *, tried: int = _TRIED) -> Iterator[tuple[str, frozenset[str]]]:
    """The names that pages of a layout show, by their paths.

    :param tried: so many of them are looked at; all if it is 0.
    """
    several = [one for one in zip(place.pages, place.spans, strict=True) if not one[0].is_large] if selectors else []
    for page, span in several[:: max(1, len(several) // tried) if tried else 1]:
        names = frozenset(filter(None, map(label, seen(page.body, selectors[0], span).outside)))
        if names:
            yield page.path, names


def _shows_less(place: Place, shown: Mapping[str, frozenset[str]], names: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether pages of a layout that show names do not show all, or show them written otherwise."""
    pairs = [(shown[page.path], set(names[page.path])) for page in place.pages if page.path in shown and page.path in names]
    return sum(some != told for some, told in pairs) * 100 > (100 - _MOST) * len(pairs)


def _agree(
    names: Mapping[str, tuple[str, ...]], shown: Mapping[str, frozenset[str]], posts: Posts, *, in_feeds: bool = True
) -> tuple[int, int]:
    """How many posts whose names are known have those of the lists, and how many do not.

    :param in_feeds: whether feeds tell these names, too.
    """
    judged = []
    for path, told in names.items():
        slugs = frozenset(map(slug_of, told))
        in_feed = _in_entries(posts, path) if in_feeds else frozenset[str]()
        if path in shown:
            judged.append(slugs >= frozenset(map(slug_of, shown[path])))
        elif in_feed:
            judged.append(slugs <= in_feed)
    return judged.count(True), judged.count(False)


def _in_entries(posts: Posts, path: str) -> frozenset[str]:
    """The names that feeds have of a post, as addresses would have them."""
    return frozenset(slug_of(name) for entry in posts.entries[path] for name in entry.categories)


def _are_others(layouts: Sequence[tuple[Place, Layout]], posts: Posts, other: str) -> bool:
    """Whether feeds have nothing but names of the other kind: each is one that its post's own page shows as such.

    A theme's feed may have the tags of posts alone, and says nothing of categories then.
    """
    told = {path: names for path in posts.entries if (names := _in_entries(posts, path))}
    shown = dict[str, frozenset[str]]()
    for place, layout in layouts:
        in_feeds = [one for one in zip(place.pages, place.spans, strict=True) if one[0].path in told and not one[0].is_large]
        for page, span in in_feeds if (selector := next(iter(getattr(layout, other)), "")) else ():
            shown[page.path] = frozenset(map(slug_of, map(label, seen(page.body, selector, span).outside)))
    return len(told) >= _ENOUGH and all(names <= shown.get(path, frozenset()) for path, names in told.items())
