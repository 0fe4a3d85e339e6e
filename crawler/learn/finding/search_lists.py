"""Which lists for a site's own search tell dates and names of posts: those that agree with what pages and feeds say."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from crawler.counted import counted
from crawler.learn.fields.shown import seen
from crawler.markup.byline import label
from crawler.markup.search_list import KEYS
from crawler.markup.times import read_time
from crawler.sites.addresses.permalink import Permalink
from crawler.sites.addresses.spellings import ENDING
from crawler.sites.search_lists import has_clock, is_singular, names_told, time_told

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from crawler.learn.finding.posts import Posts
    from crawler.learn.layouts.layouts import Place
    from crawler.learn.learned import Layout
    from crawler.learn.pages import Captured
    from crawler.markup.search_list import ListedPage, Told

    _Both = Sequence[tuple[Mapping[str, Told], "_Known"]]

#: What stands between names in one text, the likeliest first; and the forms of days that could be read in two ways.
_BETWEEN = (",", "", ";", "|", " ")
_FORMS = ("", "%m/%d/%Y", "%d/%m/%Y", "%m-%d-%Y", "%d-%m-%Y")
#: So many posts of each layout are looked at, and so many out of a hundred have to agree.
_TRIED, _MOST = 40, 95
_KINDS = ("categories", "tags")
_BY_NAME = "nothing else shows any: its name says so"


@dataclass(slots=True)
class _Known:
    """What is known of a post without lists: its day, times, the names its page and address show, and what a feed has."""

    day: str
    times: list[datetime]
    shown: dict[str, frozenset[str]] = field(default_factory=dict)
    in_feed: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class _Way:
    """A way to read a kind of value, and how many posts agree with it, and how many do not."""

    key: str
    form: str
    right: int
    wrong: int

    @property
    def is_good(self) -> bool:
        """Whether nearly all that could be held against it agree."""
        return self.wrong * 100 <= (100 - _MOST) * (self.right + self.wrong)


def search_lists(
    captured: Captured, posts: Posts, layouts: Iterable[tuple[Place, Layout]], permalink: str, zone: str
) -> tuple[dict[str, dict[str, list[str]]], dict[str, str]]:
    """The lists that tell of posts, by their paths, with the key of each value and its form; and the evidence for each."""
    found: dict[str, dict[str, list[str]]] = {}
    evidence = {}
    known: dict[str, _Known] = {}
    for path, pages in captured.lists.items():
        told = by_post(captured, pages, posts.days)
        if not told:
            continue
        known = known or _known(posts, layouts, permalink, zone)
        both = [(told[post], known[post]) for post in known if post in told]
        ways = {kind: way for kind in ("date", *_KINDS) if (way := _best(kind, both, told.values(), zone)) is not None}
        ways = _not_denied(ways, both)
        if ways:
            found[path] = {kind: [way.key, way.form] for kind, way in ways.items()}
            evidence[f"search_lists.{path}"] = f"it has {counted(len(told), 'post')}; " + "; ".join(
                f"{kind}: " + (f"{way.right} of {way.right + way.wrong} agree with page or feed" if way.right else _BY_NAME)
                for kind, way in ways.items()
            )
    return found, evidence


def by_post(captured: Captured, pages: Iterable[ListedPage], posts: Iterable[str]) -> dict[str, Mapping[str, Told]]:
    """What a list tells of posts, by their paths."""
    spelt = {ENDING.sub("", path): path for path in posts}
    found: dict[str, Mapping[str, Told]] = {}
    for page in pages:
        path = captured.relative_anywhere(page.url)
        post = spelt.get(ENDING.sub("", path)) if path else None
        if post:
            found.setdefault(post, page.told)
    return found


def _known(posts: Posts, layouts: Iterable[tuple[Place, Layout]], permalink: str, zone: str) -> dict[str, _Known]:
    """What is known of some posts of each layout, from all over the site and of those in feeds."""
    rule = Permalink(permalink)
    has_names = any(entry.categories for several in posts.entries.values() for entry in several)
    found = {}
    for place, layout in layouts:
        both = list(zip(place.pages, place.spans, strict=True))
        in_feeds = [one for one in both if posts.entries[one[0].path]]
        for page, span in (*both[:: max(1, len(both) // _TRIED)], *in_feeds[:_TRIED]):
            entries, body = posts.entries[page.path], page.body
            shown = (seen(body, selector, span).first for selector in layout.time[:1])
            texts = [page.published, *(entry.published for entry in entries), *shown]
            times = [time for text in texts if has_clock(text) and (time := read_time(text, zone)) is not None]
            one = found[page.path] = _Known(posts.days[page.path], times)
            for kind, selectors in (("categories", layout.categories), ("tags", layout.tags)):
                if selectors:
                    names = map(label, seen(body, selectors[0], span).outside)
                    one.shown[kind] = frozenset(name.lower() for name in names if name)
            in_address = rule.match(page.path)
            if "categories" not in one.shown and in_address is not None and in_address.categories is not None:
                one.shown["categories"] = frozenset(name.lower() for name in in_address.categories)
            if entries and has_names:
                one.in_feed = frozenset(name.lower() for entry in entries for name in entry.categories)
    return found


def _best(kind: str, both: _Both, told: Iterable[Mapping[str, Told]], zone: str) -> _Way | None:
    """The way to read what a list has of a kind with which most posts agree; ``None`` if it has nothing of it."""
    keys = [key for key in KEYS[kind] if any(key in one for one in told)]
    tried = []
    for key in keys:
        for form in _FORMS if kind == "date" else _betweens(key, told):
            if kind == "date":
                judged = [_is_time(one, known, key, form, zone) for one, known in both]
            else:
                names = ((names_told(one, key, form), known) for one, known in both)
                judged = [_is_names(one, known, kind, may_be_more=is_singular(key)) for one, known in names]
            tried.append(_Way(key, form, judged.count(True), judged.count(False)))
    # Where no page and no feed shows any names, that of the key alone says what it has, read in the likeliest way.
    likely = [way for way in tried if kind != "date" and way.key in KEYS[kind][:2]][:1]
    good = [way for way in tried if way.is_good and (way.right or way in likely)]
    return max(good, key=lambda way: (way.right - way.wrong, -tried.index(way)), default=None)


def _betweens(key: str, told: Iterable[Mapping[str, Told]]) -> list[str]:
    """What may stand between the names under a key, the likeliest first: nothing, where it is called after one alone."""
    texts = [value for one in told if isinstance(value := one.get(key), str)]
    found = [form for form in _BETWEEN if not form or any(form in text for text in texts)]
    return sorted(found, key=bool) if is_singular(key) else found


def _is_time(told: Mapping[str, Told], known: _Known, key: str, form: str, zone: str) -> bool | None:
    text, time = time_told(told, key, form, zone=zone)
    if time is None:
        return False if text else None
    if known.times and has_clock(text):
        return time in known.times
    return time.astimezone(ZoneInfo(zone)).date().isoformat() == known.day if known.day else None


def _is_names(names: Sequence[str] | None, known: _Known, kind: str, *, may_be_more: bool) -> bool | None:
    """Whether names are what is known of a post; ``None`` if nothing is, or there are none."""
    told = frozenset(name.lower() for name in names or ())
    if kind in known.shown and names is not None and (told or known.shown[kind]):
        return told <= known.shown[kind] if may_be_more else told == known.shown[kind]
    return told <= known.in_feed if told and known.in_feed is not None else None


def _not_denied(ways: dict[str, _Way], both: _Both) -> dict[str, _Way]:
    """The ways, without those to read names if these are together not what feeds have."""
    if not all(kind in ways and not is_singular(ways[kind].key) for kind in _KINDS):
        return ways

    def together(told: Mapping[str, Told]) -> frozenset[str]:
        names = (names_told(told, ways[kind].key, ways[kind].form) or () for kind in _KINDS)
        return frozenset(name.lower() for several in names for name in several)

    judged = [together(told) == known.in_feed for told, known in both if known.in_feed is not None and not known.shown]
    if judged.count(False) * 100 > (100 - _MOST) * len(judged):
        return {kind: way for kind, way in ways.items() if kind not in _KINDS}
    return ways


def days_of(captured: Captured, paths: Iterable[str], zone: str = "UTC") -> Iterator[dict[str, tuple[str, str]]]:
    """For each list that has dates, the pages that have one, with their days and the dates as they are written."""
    paths = list(paths)
    for pages in captured.lists.values():
        found = {}
        for path, told in by_post(captured, pages, paths).items():
            for key in KEYS["date"]:
                text, time = time_told(told, key, "", zone=zone)
                if time is not None:
                    found[path] = time.date().isoformat(), text
                    break
        if found:
            yield found
