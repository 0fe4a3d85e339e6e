"""What a page of a stock Jekyll site and the feed tell -> the post, its source file included."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from crawler.items import UNTOLD, Exchange, Found, Post
from crawler.markup.markdown import escape_liquid

if TYPE_CHECKING:
    from datetime import datetime

    from crawler.markup.sample import Value
    from crawler.sites.parsed import FeedMention, ParsedPage
    from crawler.sites.site import Site
    from crawler.sites.stock_page import Span, StockPage

_ZONE_DAY = 10


@dataclass(frozen=True, slots=True)
class _Decided:
    """All that a post is made of, and which of it is a guess."""

    published: datetime
    categories: tuple[str, ...]
    tags: tuple[str, ...]
    html: str
    place: Span
    assumed: tuple[str, ...]
    #: Whether the feed told the time, the names, the extent of the content.
    from_feed: frozenset[str]


def build_post(site: Site, parsed: ParsedPage, mention: FeedMention | None) -> Post:
    """The post. Its body is the content as Jekyll rendered it, which Jekyll takes as it is in an ``.html`` source."""
    page = cast("StockPage", parsed)
    decided = _decide(site, page, mention)
    captures = [page.page.capture, mention.capture if mention else None]
    values: dict[str, Value] = {
        "title": page.title,
        "date": decided.published,
        "categories": decided.categories,
        "tags": decided.tags,
        "author": page.author,
    }
    return Post(
        id=site.post_id(page.page.url) or page.slug,
        site=site.name,
        url=page.page.url,
        share_url=None,
        filename=f"{_day(site, page, decided)}-{page.slug}{site.extension}",
        content=f"{site.sample.write(values)}{escape_liquid(decided.html)}\n",
        title=page.title,
        date=decided.published,
        categories=list(decided.categories),
        tags=list(decided.tags),
        source=None,
        edition="stock",
        body_from="page",
        fidelity="rendered",
        assumed=list(decided.assumed),
        captures=[one for one in captures if one is not None],
    )


def findings(site: Site, parsed: ParsedPage, mention: FeedMention | None) -> list[Found]:
    """Everything that a post is made of, in the order of its source."""
    page = cast("StockPage", parsed)
    decided = _decide(site, page, mention)
    feed = Exchange(mention.entry.url, 200, b"", mention.capture) if mention else None
    places = page.places

    def of(part: str, value: str, rule: str, doubt: str = "") -> Found:
        name = next((one for one in decided.assumed if one.partition(".")[0] == part), "")
        doubt = doubt if name else ""
        if part in decided.from_feed and feed is not None:
            return Found(part, value, f"the feed's entry{', ' + rule if rule else ''}", feed, None, None, doubt, name)
        place = places.get({"date": "time", "body": "content"}.get(part, part))
        if part == "body":
            place = decided.place
        start, end = place or (None, None)
        return Found(part, value, rule, page.page, start, end, doubt, name)

    return [
        of("title", page.title, "the element for the title", "Jekyll makes this title of the file name where there is none"),
        of("date", decided.published.isoformat(" "), "the element for the time", "neither page nor feed tells the time of day"),
        of("categories", " ".join(decided.categories), "the page's address", _CATEGORIES),
        of("tags", " ".join(decided.tags), "the elements for tags", "neither the page nor a captured feed tells its tags"),
        of("body", decided.html, "the content as Jekyll rendered it"),
        Found("edition", "stock", "by all of these"),
    ]


_CATEGORIES = "the page's address has them, in lower case; neither page nor feed tells how they were written"


def _decide(site: Site, page: StockPage, mention: FeedMention | None) -> _Decided:
    """Pure: the same page and feed always give the same."""
    assumed, from_feed = [], set[str]()
    published, told = page.published, mention and site.read_time(mention.entry.published)
    if (
        not page.shows_time
        and told
        and (told.astimezone(published.tzinfo).date() == published.date() or "time" not in page.places)
    ):
        published = told
        from_feed.add("date")
    elif not page.shows_time:
        assumed.append("date.time")
    if page.title == _of_slug(page.slug):
        assumed.append("title.default")
    categories, tags = page.categories, page.tags
    if mention is not None:
        categories, rest = _told_apart(page.categories, mention.entry.categories)
        from_feed.add("categories")
        if not page.tags:
            tags = rest
            from_feed.add("tags")
    else:
        if any(name != name.upper() for name in categories):
            assumed.append("categories.case")
        if not page.tags:
            assumed.append(UNTOLD)
    html, place = page.html, page.places["content"]
    whole = mention.entry.content.strip() if mention is not None and mention.entry.content else ""
    if len(whole) > len(html) and whole.startswith(html):
        # A tag that the post itself left open, or closed twice, hides where the content ends; the feed has it whole.
        body = page.page.body
        if body.startswith(whole.encode(), place[0]):
            html, place = whole, (place[0], place[0] + len(whole.encode()))
            from_feed.add("extent")
    return _Decided(published, categories, tags, html, place, tuple(assumed), frozenset(from_feed))


def _told_apart(lowered: tuple[str, ...], names: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The categories and tags of a feed's entry, which has categories first and does not tell which they are.

    >>> _told_apart(("north sea",), ("North Sea", "North Sea", "tide"))
    (('North Sea',), ('North Sea', 'tide'))
    """
    left = list(names)
    categories = []
    for name in lowered:
        found = next((one for one in left if one.lower() == name.lower()), None)
        if found is not None:
            left.remove(found)
        categories.append(found if found is not None else name)
    return tuple(categories), tuple(left)


def _of_slug(slug: str) -> str:
    """The title that Jekyll gives a post without one: the words of its slug, each with a capital."""
    return " ".join(word.capitalize() for word in slug.split("-"))


def _day(site: Site, page: StockPage, decided: _Decided) -> str:
    return site.post_day(page.page.url) or decided.published.isoformat()[:_ZONE_DAY]
