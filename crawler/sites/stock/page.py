"""A post page of a stock Jekyll site -> what it shows, cut out of its bytes by a site's selectors."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from crawler.items import Exchange, Rejection
from crawler.markup.characters import whole_utf8
from crawler.markup.elements import Element, elements
from crawler.markup.shown import Span, names_in, shown_by, stripped
from crawler.sites.parsed import Kind, ParsedPage, Shown
from crawler.sites.stock.extent import content_end
from crawler.sites.stock.time import time_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crawler.sites.site import Site

#: A text that nothing but a layout's tags stands around: a link, an icon.
_WHOLE = re.compile(
    rb"(?:\s*+<(?=[a-zA-Z/!?])[^>]*+>)*+(?:[^<]|<(?![a-zA-Z/!?]))*+(?:<(?=[a-zA-Z/!?])[^>]*+>\s*+)*+",
)
#: No name is longer, in bytes; an element that is never closed goes on to the end of its page.
LONGEST_NAME = 1000

#: A layout that shows what :func:`parse_page` reads by the selectors of a stock site.
LAYOUT = """<article><h1 class="p-name">{{ page.title | escape }}</h1>
<time class="dt-published" datetime="{{ page.date | date_to_xmlschema }}"></time>
<div itemprop="articleBody">
{{ content }}
</div></article>
"""
#: What stands in it before the content, behind the time, and what behind the content.
_BEGINS, _ENDS = (part.encode() for part in LAYOUT.partition("</time>\n")[2].split("{{ content }}"))


class Selectors(Protocol):
    """Where a page shows what, but for the content."""

    @property
    def title(self) -> Sequence[str]:
        """For the title; ``content`` and ``datetime`` of the element count before its text."""

    @property
    def time(self) -> Sequence[str]:
        """For the time of publication."""

    @property
    def author(self) -> Sequence[str]:
        """For its author."""

    @property
    def categories(self) -> Sequence[str]:
        """For its categories."""

    @property
    def tags(self) -> Sequence[str]:
        """For its tags."""


@dataclass(frozen=True, slots=True)
class StockPage(ParsedPage):
    """``html``: the content as Jekyll rendered it, without the white space at its ends. ``shows_time``: with the time of day;
    ``tells_day``: whether page or address tell the day of ``published``.

    ``is_whole``: whether it is certain where the content ends. ``title_has_tags``: within its text. ``shown_categories``: those
    for which the page has elements. ``places``: first byte of a part in the page's body, and the one behind its last.
    """

    slug: str
    title: str
    html: str
    is_whole: bool
    title_has_tags: bool
    shown_categories: tuple[str, ...]
    tags: tuple[str, ...]
    author: str
    shows_time: bool
    tells_day: bool
    places: Mapping[str, Span]
    #: Whether it is a guess which of the title's characters were typed in ASCII.
    title_is_guess: bool = False
    #: Whether a table of contents before the content was left out.
    lacks_toc: bool = False
    #: Where a post leads that links to another site's page, and whether it is a guess which key of front matter has that.
    link: str = ""
    link_is_guess: bool = True


def parse_page(site: Site, page: Exchange, selectors: Site | type[Site] | None = None) -> StockPage | Rejection:
    """The parts of a post page; a rejection for a page that is none.

    :param selectors: whose selectors find them; the site's own if not given.
    """
    where = selectors or site
    wrong = not_a_post(site, page)
    if wrong is not None:
        return wrong
    page = page._replace(body=whole_utf8(page.body))
    inside = _first(page.body, where.content)
    if inside is None:
        return Rejection(page.url, "layout", f"no element for the content: {', '.join(where.content)}")
    end, is_whole = content_end(page.body, inside)
    return parse_around(site, page, where, (inside.inner_start, end), is_whole=is_whole)


def parse_made(site: Site, page: Exchange, where: type[Site]) -> StockPage | Rejection:
    """The parts of a page that Jekyll made with :data:`LAYOUT`: its content is all between the layout's own lines.

    What a post leaves open, such as a comment, would hide the end tags that follow.
    """
    page = page._replace(body=whole_utf8(page.body))
    start, end = page.body.find(_BEGINS), page.body.rfind(_ENDS)
    if not 0 <= start < end:
        return parse_page(site, page, where)
    rejected = not_a_post(site, page)
    return rejected if rejected is not None else parse_around(site, page, where, (start + len(_BEGINS), end))


def not_a_post(site: Site, page: Exchange) -> Rejection | None:
    """The rejection of a page whose address is not that of a post."""
    if site.kind(page.url) == Kind.POST:
        return None
    return Rejection(page.url, "address", f"not the address of a post (permalink {site.permalink})")


def parse_around(  # noqa: PLR0913
    site: Site,
    page: Exchange,
    where: Selectors,
    content: Span,
    *,
    is_whole: bool = True,
    reads_content: bool = True,
    untitled: str = "",
) -> StockPage | Rejection:
    """The parts of a post page whose content stands at these bytes.

    :param page: its body is whole UTF-8.
    :param reads_content: whether elements within the content may be meant, too.
    :param untitled: the title of a post whose page has no element for it; if it is empty, such a page is no post's.
    """
    body, places = page.body, dict[str, Span]()
    within = (0, 0) if reads_content else content
    headline = _first(body, where.title, within)
    if headline is None and not untitled:
        return Rejection(page.url, "layout", f"no element for the title: {', '.join(where.title)}")
    try:
        html, places["body"] = stripped(body, *content)
        title = untitled
        if headline is not None:
            title, places["title"] = shown_by(body, headline)
        published, shows_time = time_of(site, page, where.time, places, within)
        categories = _texts(body, where.categories, "categories", places, within)
        tags = _texts(body, where.tags, "tags", places, within)
        author = next(iter(_texts(body, where.author, "author", places, within)), "")
    except UnicodeDecodeError as error:
        return Rejection(page.url, "encoding", f"a part is not UTF-8: {error.reason}", error.start)
    if published is None:
        return Rejection(page.url, "layout", f"neither its address nor an element tells its time: {', '.join(where.time)}")
    return StockPage(
        page,
        published,
        categories or site.categories_at(page.url),
        slug=site.slug(page.url),
        title=title,
        html=html,
        is_whole=is_whole,
        title_has_tags=headline is not None and _WHOLE.fullmatch(body, headline.inner_start, headline.inner_end) is None,
        shown_categories=categories,
        tags=tags,
        author=author,
        shows_time=shows_time,
        tells_day="date" in places or bool(site.post_day(page.url)),
        places=places,
    )


def shown(parsed: ParsedPage | Rejection) -> Shown:
    """What a post page shows, for comparing two renderings of it; tags, which few layouts show, are left out.

    :raises ValueError: for a page that is none.
    """
    if isinstance(parsed, Rejection):
        raise ValueError(parsed.reason)  # noqa: TRY004 - a page that is none is a value of the right type
    if not isinstance(parsed, StockPage):
        raise TypeError(f"a site whose parse_page gives a {type(parsed).__name__} has to have its own shown")
    return Shown(parsed.title, parsed.published.isoformat() if parsed.shows_time else "", parsed.html)


def _first(body: bytes, selectors: Sequence[str], outside: Span = (0, 0)) -> Element | None:
    for selector in selectors:
        found = [one for one in elements(body, selector) if not outside[0] <= one.start < outside[1]]
        if found:
            return found[0]
    return None


def _texts(body: bytes, selectors: Sequence[str], part: str, places: dict[str, Span], outside: Span) -> tuple[str, ...]:
    """The texts of the elements that the first matching selector finds, each once; longer ones than a name are left out."""
    for selector in selectors:
        found = [
            one
            for one in elements(body, selector)
            if one.inner_end - one.inner_start < LONGEST_NAME and not outside[0] <= one.start < outside[1]
        ]
        if found:
            texts = [shown_by(body, one) for one in found]
            places[part] = texts[0][1][0], texts[-1][1][1]
            return tuple(
                dict.fromkeys(name for one, (text, _) in zip(found, texts, strict=True) for name in names_in(body, one, text))
            )
    return ()
