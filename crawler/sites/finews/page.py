"""A post page of finews -> its parts."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timezone
from typing import Literal

from crawler.items import Exchange, Rejection
from crawler.markup.front_matter import scalar
from crawler.markup.page import PostPage, UnreadablePage, read_page
from crawler.sites.finews import facts
from crawler.sites.finews.footer import Footer, split_footer
from crawler.sites.parsed import ParsedPage

_ZONE = timezone(facts.ZONE)


@dataclass(frozen=True, slots=True)
class Names:
    """The front matter's ``categories`` and ``tags`` with their exact white space, and where they were read."""

    categories: str
    tags: str
    categories_from: Literal["links", "address", "kind"]
    tags_from: Literal["links", "page"]


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
    try:
        parts = read_page(page.body, facts.MARKERS)
    except UnreadablePage as error:
        return _rejection(page, slug, error)
    html, footer = split_footer(parts.content)
    names = names_of(footer, parts.tags, categories)
    published = parts.local_time.replace(tzinfo=_ZONE)
    return FinewsPage(page, published, tuple(names.categories.split()), slug, categories, parts, html, footer, names)


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
    """The front matter's names: from the back links, which have them exactly, if page and address have the same names."""
    if footer is None:
        return Names(url_categories.replace("/", " "), " ".join(tags), "address", "page")
    if footer.rolls:
        return Names(facts.ROLLING_CATEGORY, footer.tag or " ".join(tags), "kind", "links" if footer.tag else "page")
    category, tag = footer.category, footer.tag
    found = Names("", "", "links", "links")
    if category is None or facts.category_in_url(scalar(category)) != url_categories:
        found = replace(found, categories_from="address")
        category = url_categories.replace("/", " ")
    if scalar(tag).split() != tags:
        found = replace(found, tags_from="page")
        tag = " ".join(tags)
    return replace(found, categories=category, tags=tag)
