"""A post page of finews, taken apart."""

from __future__ import annotations

import re
from dataclasses import dataclass

from crawler.items import Exchange, Rejection
from crawler.markup.page import PostPage, UnreadablePage, read_page
from crawler.sites.finews import facts
from crawler.sites.finews.footer import Footer, split_footer


@dataclass(frozen=True, slots=True)
class FinewsPage:
    """A post page taken apart: ``html`` is the content before ``footer``; ``categories`` are those in the URL."""

    page: Exchange
    slug: str
    categories: str
    parts: PostPage
    html: str
    footer: Footer | None

    @property
    def share(self) -> tuple[str, str | None] | None:
        """ID and host of the post's share, for asking its answer; ``None`` if it has none."""
        if self.footer is None:
            return None
        return self.footer.share_id or self.slug, self.footer.share_host


def take_apart(page: Exchange) -> FinewsPage | Rejection:
    """A post page's parts; a :class:`~crawler.items.Rejection` for a page that is none."""
    address = facts.post_address(page.url)
    if address is None:
        return Rejection(page.url, "address", "not the address of a post (/<categories>/YYYY/MM/DD/ID.html)")
    categories, _, slug = address
    try:
        parts = read_page(page.body, facts.MARKERS)
    except UnreadablePage as error:
        return _rejection(page, slug, error)
    return FinewsPage(page, slug, categories, parts, *split_footer(parts.content))


def _rejection(page: Exchange, slug: str, error: UnreadablePage) -> Rejection:
    """Jekyll publishes a post with broken front matter under the whole file name, without the layout.

    Such a page has the post's own links; what has not is the server's trouble.
    """
    without_layout = error.code == "layout" and b"<html" not in page.body[:4096].lower()
    post_id = re.search(r"\d{9,}$", slug)
    whole = post_id is None or post_id[0].encode() in page.body
    if without_layout and whole and re.match(r"\d{4}-\d\d-\d\d-.|\d+$", slug):
        return Rejection(page.url, "garbled", "published without its layout: the source's own front matter is broken")
    return Rejection(page.url, error.code, str(error), error.at)
