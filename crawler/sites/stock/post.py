"""What a page of a stock Jekyll site and the feed tell -> the post, its source file included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from crawler.items import UNTOLD, Exchange, Found, Post
from crawler.markup.links.redirects import LIST
from crawler.sites.parsed import OF_BODIES
from crawler.sites.stock.extent import feeds_end
from crawler.sites.stock.lists import BY_LISTS, with_site_lists
from crawler.sites.stock.names import CASE, CATEGORIES, FIRST, told_names

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.items import CaptureRef
    from crawler.markup.shown import Span
    from crawler.markup.source.sample import Value
    from crawler.sites.parsed import FeedMention, ParsedPage
    from crawler.sites.site import Site
    from crawler.sites.stock.page import StockPage

_ZONE_DAY = 10
#: So many captures of stub pages are named as evidence in the index: nobody reads a thousand, and ``explain`` finds them.
_MOST_STUBS = 20
#: In ``assumed``, besides what :mod:`crawler.sites.stock.names` has.
_TITLE, _MARKUP, _TYPOGRAPHY = "title.default", "title.markup", "title.typography"
_LINK = "link"
_DAY, _TIME, _EXTENT, _TOC = "date.day", "date.time", "body.extent", "body.toc"
#: What is a guess, by the names in the index, and why.
DOUBTS = {
    CATEGORIES: "the page's address has no categories, and no feed tells which of its names are categories and which tags",
    FIRST: "the list for the site's own search has one category alone; nothing tells whether there are others",
    CASE: "the page's address has them in lower case; neither page nor feed tells how they were written",
    _TITLE: "Jekyll makes this title of the file name where there is none",
    _MARKUP: (
        "there are tags or references of HTML in the title; whether they are the post's or the layout's cannot be told,"
        " so that it stands as the page shows it"
    ),
    _TYPOGRAPHY: "themes write curly quotes, dashes and dots for ASCII, and no other place has the title as it was typed",
    _LINK: "the feed's link, or that of the title, leads elsewhere; nothing tells which key of the front matter has it",
    _DAY: (
        "neither page, feed nor sitemap tells the day; it is as the order of the site's lists allows it"
        " ([assumed_days] in site.toml), else the first of the month or year in the page's address"
    ),
    _TIME: "neither page nor feed tells the time of day",
    _EXTENT: (
        "start and end tags of the content's element do not match, and no feed has the content;"
        " it may end before or behind what was taken for its end"
    ),
    _TOC: "the page has a table of contents before the content, and no feed has the content; it may be the post's own",
    **OF_BODIES,
    UNTOLD: "neither the page nor a captured feed tells its tags",
    **dict.fromkeys(
        BY_LISTS.values(),
        "the site's own lists alone tell them all; in which order, and how they were written, may be otherwise",
    ),
}


@dataclass(frozen=True, slots=True)
class _Decided:
    """All that a post is made of, and which of it is a guess."""

    published: datetime
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    html: str
    place: Span
    assumed: tuple[str, ...]
    #: Whether the feed told the time, the names, the extent of the content; whether a list for the site's own search did.
    from_feed: frozenset[str]
    from_list: frozenset[str]
    #: Which names the site's own lists told.
    from_site_lists: frozenset[str]
    #: Its own, if it does not follow the site's.
    permalink: str


def build_post(site: Site, parsed: ParsedPage, mention: FeedMention | None) -> Post:
    """The post. Its body is what the site makes of the content that Jekyll rendered."""
    page = cast("StockPage", parsed)
    decided = _decide(site, page, mention)
    captures = [page.page.capture, mention.capture if mention else None, mention.list_capture if mention else None]
    redirects = mention.redirects if mention is not None else ()
    captures += list(dict.fromkeys(one.capture for one in redirects))[:_MOST_STUBS]
    values: dict[str, Value] = {
        "title": page.title,
        "date": decided.published,
        "categories": decided.categories,
        "tags": decided.tags,
        "author": page.author,
        "permalink": decided.permalink,
        **site.further_fields(page, decided.html),
        "redirect_from": tuple(one.path for one in redirects),
    }
    name = f"{_file_day(site, page, decided)}-{page.slug}"
    body = site.source_body(
        decided.html, {key: value for key, value in values.items() if isinstance(value, str)} | {"post": name}
    )
    return Post(
        id=site.post_id(page.page.url) or page.slug,
        site=site.name,
        url=page.page.url,
        share_url=None,
        filename=f"{name}{body.extension}",
        content=f"{site.sample.write(values)}{body.text}",
        title=page.title,
        date=decided.published,
        categories=list(decided.categories),
        tags=list(decided.tags),
        source=None,
        edition=site.edition(page),
        body_from="page",
        fidelity=body.fidelity,
        assumed=[*decided.assumed, *body.assumed],
        notes=list(body.notes),
        captures=[one for one in captures if one is not None],
    )


def findings(site: Site, parsed: ParsedPage, mention: FeedMention | None) -> list[Found]:
    """Everything that a post is made of, in the order of its source."""
    page = cast("StockPage", parsed)
    decided = _decide(site, page, mention)
    feed = Exchange(mention.entry.url, 200, b"", mention.capture) if mention else None
    a_list = Exchange(mention.entry.url, 200, b"", mention.list_capture) if mention else None

    def of(part: str, value: str, rule: str) -> Found:
        name = next((one for one in decided.assumed if one.partition(".")[0] == part), "")
        doubt = DOUBTS.get(name, "")
        if part in decided.from_site_lists:
            return Found(part, value, "the site's own lists of each, as site.toml has them", None, None, None, doubt, name)
        if part in decided.from_feed and feed is not None:
            return Found(part, value, "the feed's entry", feed, None, None, doubt, name)
        if part in decided.from_list and a_list is not None:
            return Found(part, value, "the list for the site's own search", a_list, None, None, doubt, name)
        start, end = decided.place if part == "body" else page.places.get(part, (None, None))
        return Found(part, value, rule, page.page, start, end, doubt, name)

    whole = ", as far as the feed's entry has it" if "extent" in decided.from_feed else ""
    return [
        of(
            "title",
            page.title,
            "the element for the title" if "title" in page.places else "the head, else the name of the file",
        ),
        of("date", decided.published.isoformat(" "), "the element for the time, else the page's address"),
        of("categories", ", ".join(decided.categories) or "none", "the elements for categories, else the page's address"),
        of("tags", ", ".join(decided.tags) or "none", "the elements for tags"),
        *_redirects(mention),
        of("body", decided.html, f"the content as Jekyll rendered it{whole}"),
        Found("edition", site.edition(page), "by all of these"),
    ]


def _redirects(mention: FeedMention | None) -> list[Found]:
    """The addresses that lead on to the post, by what says so."""
    by_capture: dict[CaptureRef, list[str]] = {}
    for one in mention.redirects if mention is not None else ():
        by_capture.setdefault(one.capture, []).append(one.path)
    rules = {True: "the list of jekyll-redirect-from", False: "a page that leads on to the post"}
    return [
        Found("redirect_from", ", ".join(paths), rules[ref.url.endswith(LIST)], Exchange(ref.url, 200, b"", ref))
        for ref, paths in by_capture.items()
    ]


def _decide(site: Site, page: StockPage, mention: FeedMention | None) -> _Decided:
    """Decide what the post is made of, and note what is a guess. The same page and feed always give the same."""
    assumed, from_feed, from_list = [], set[str](), set[str]()
    published, told = page.published, _told(site, page, mention)
    listed = None if told or page.shows_time else _listed(site, page, mention)
    if told is not None and not page.shows_time:
        published = told
        from_feed.add("date")
    elif listed is not None:
        published, has_clock = listed
        assumed += [] if has_clock else [_TIME]
        from_list.add("date")
    elif not page.shows_time:
        assumed += [_TIME] if page.tells_day else [_DAY, _TIME]
    assumed += _guessed(page)
    in_feed = mention.entry.categories if mention is not None and mention.has_names else None
    in_address = site.tells_categories(page.page.url)
    names = with_site_lists(told_names(site, page, mention), site.listed_names(page.page.url), in_feed, in_address=in_address)
    assumed += names.assumed
    from_feed |= names.from_feed
    from_list |= names.from_list
    html, place = page.html, page.places["body"]
    whole = mention.entry.content.strip() if mention is not None and mention.entry.content else ""
    end = feeds_end(page.page.body, place[0], whole.encode())
    if end is not None and (end > place[1] or not page.is_whole):
        html, place = whole, (place[0], end)
        from_feed.add("extent")
    elif not page.is_whole:
        assumed.append(_EXTENT)
    if page.lacks_toc and not whole:
        assumed.append(_TOC)
    told_by = frozenset(from_feed), frozenset(from_list), names.from_site_lists
    categories, permalink = site.at_address(page.page, published, page.slug, names.categories)
    return _Decided(published, categories, names.tags, html, place, tuple(assumed), *told_by, permalink)


def _guessed(page: StockPage) -> list[str]:
    """What is a guess of title and link."""
    is_guess = {
        _TITLE: page.title == default_title(page.slug),
        _MARKUP: page.title_has_tags,
        _LINK: bool(page.link) and page.link_is_guess,
        _TYPOGRAPHY: page.title_is_guess,
    }
    return [name for name, guessed in is_guess.items() if guessed]


def _told(site: Site, page: StockPage, mention: FeedMention | None) -> datetime | None:
    """The time that a feed tells, if its day is that of the page, or the page tells none; so with a sitemap."""
    told = mention and site.read_time(mention.entry.published or mention.entry.updated)
    if mention is None or not told:
        return None
    local = told.astimezone(ZoneInfo(site.zone))
    is_trusted = bool(mention.entry.published) and "date" not in page.places
    is_trusted |= not page.tells_day
    return local if is_trusted or local.date() == page.published.date() else None


def _listed(site: Site, page: StockPage, mention: FeedMention | None) -> tuple[datetime, bool] | None:
    """The time that a list for the site's own search tells, and whether that has a time of day; if it is of the page's day."""
    listed = mention.listed if mention is not None else None
    told = site.read_time(listed.time) if listed is not None else None
    if listed is None or told is None:
        return None
    local = told.astimezone(ZoneInfo(site.zone))
    is_same = local.date() == page.published.date()
    return (local, listed.has_clock) if (is_same and listed.has_clock) or not page.tells_day else None


def default_title(slug: str) -> str:
    """The title that Jekyll gives a post without one: the words of its slug, each with a capital."""
    return " ".join(word.capitalize() for word in slug.split("-"))


def _file_day(site: Site, page: StockPage, decided: _Decided) -> str:
    return site.post_day(page.page.url) or decided.published.isoformat()[:_ZONE_DAY]
