"""A post page of finews -> its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Literal

from crawler.items import Exchange, Rejection
from crawler.markup.characters import whole_utf8
from crawler.markup.page import PostPage, UnreadablePage, read_page
from crawler.markup.source.front_matter import names_in, names_line
from crawler.sites.finews import facts
from crawler.sites.finews.footer import Footer, split_footer
from crawler.sites.parsed import ParsedPage

_ZONE = timezone(facts.ZONE)


@dataclass(frozen=True, slots=True)
class Names:
    """What stands behind the front matter's ``categories: `` and ``tags: ``, and where it was read."""

    categories: str
    tags: str
    categories_from: Literal["links", "address", "kind"]
    tags_from: Literal["links", "page"]

    @property
    def quoted(self) -> list[str]:
        """What of them stands in quotes that the page does not tell: the source may have had other ones, or a list."""
        parts = {"categories": (self.categories, self.categories_from), "tags": (self.tags, self.tags_from)}
        return [f"{part}.quotes" for part, (text, origin) in parts.items() if origin != "links" and text.startswith(('"', "["))]


@dataclass(frozen=True, slots=True)
class FinewsPage(ParsedPage):
    """A post page's parts: ``html`` is the content before ``footer``; ``names`` are the front matter's."""

    slug: str
    #: The categories in the URL, in lower case, with a slash between two.
    url_categories: str
    parts: PostPage
    html: str
    footer: Footer | None
    names: Names

    @property
    def share(self) -> tuple[str, str | None] | None:
        """The ID and the host of the post's share; ``None`` if it has no share."""
        if self.footer is None:
            return None
        return self.footer.share_id or self.slug, self.footer.share_host


def parse_page(page: Exchange) -> FinewsPage | Rejection:
    """The parts of a post page; a :class:`~crawler.items.Rejection` for a page that is none."""
    address = facts.post_address(page.url)
    if address is None:
        return Rejection(page.url, "address", "not the address of a post (/<categories>/YYYY/MM/DD/ID.html)")
    categories, _, slug = address
    body = whole_utf8(page.body)
    page = page if body is page.body else page._replace(body=body)
    try:
        parts = read_page(page.body, facts.MARKERS)
    except UnreadablePage as error:
        return _rejection(page, slug, error)
    if parts.local_time - datetime.min < facts.ZONE:  # noqa: DTZ901 - the page tells no zone
        reason = f"no such time in UTC: {parts.local_time.isoformat(' ')}"
        return Rejection(page.url, "layout", reason, parts.places.time[0])
    html, footer = split_footer(parts.content)
    names = names_of(footer, parts.tags, categories)
    published = parts.local_time.replace(tzinfo=_ZONE)
    return FinewsPage(page, published, tuple(names_in(names.categories)), slug, categories, parts, html, footer, names)


def _rejection(page: Exchange, slug: str, error: UnreadablePage) -> Rejection:
    """Why a page gives no post: ``garbled`` if Jekyll published it without a layout, because its front matter is broken.

    The address of such a page has the whole file name, and the page has the post's own links with its ID. A page without
    them is an error of the server.
    """
    without_layout = error.code == "layout" and b"<html" not in page.body[:4096].lower()
    post_id = re.search(r"\d{9,}$", slug)
    whole = post_id is None or post_id[0].encode() in page.body
    if without_layout and whole and re.match(r"\d{4}-\d\d-\d\d-.|\d+$", slug):
        return Rejection(page.url, "garbled", "published without its layout: the source's own front matter is broken")
    return Rejection(page.url, error.code, str(error), error.at)


def names_of(footer: Footer | None, tags: list[str], url_categories: str) -> Names:
    """The front matter's names: from the back links, which have them exactly, if Jekyll reads those of the page in them."""
    linked = footer.tag if footer is not None and footer.tag and names_in(footer.tag) == tags else None
    tags_from: Literal["links", "page"] = "page" if linked is None else "links"
    tags_line = names_line(tags) if linked is None else linked
    if footer is not None and footer.rolls:
        return Names(facts.ROLLING_CATEGORY, tags_line, "kind", tags_from)
    category = footer.category if footer is not None else None
    if category is not None and "/".join(names_in(category)).lower() == url_categories:
        return Names(category, tags_line, "links", tags_from)
    return Names(names_line([name for name in url_categories.split("/") if name]), tags_line, "address", tags_from)
