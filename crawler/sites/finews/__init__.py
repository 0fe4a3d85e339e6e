"""finews: a mirror of Chinese finance news that deletes every post after three days."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar

from crawler.markup.characters import whole_utf8
from crawler.markup.links.address import LeftOut, passed_over
from crawler.markup.links.links import page_addresses
from crawler.markup.page import read_page
from crawler.sites.addresses.spellings import longest_run
from crawler.sites.finews import article, category_pages, facts, findings, posts
from crawler.sites.finews.jekyll import JEKYLL
from crawler.sites.finews.page import FinewsPage, parse_page
from crawler.sites.parsed import FeedMention, JekyllSite, Kind, ParsedPage, Shown
from crawler.sites.site import Site

if TYPE_CHECKING:
    from collections.abc import Sequence

    from lxml.html import HtmlElement

    from crawler.items import Exchange, Found, Post, Rejection, Security


def _own(parsed: ParsedPage) -> FinewsPage:
    assert isinstance(parsed, FinewsPage)
    return parsed


class Finews(Site):
    """The site. Its companions are share answers: JSON documents on other hosts, with the text of posts as it was written."""

    name = facts.NAME
    home = facts.HOME
    zone = "Asia/Shanghai"
    old_hosts = facts.OLD_HOSTS
    companion_hosts = facts.SHARE_HOSTS
    companions_again: ClassVar[timedelta | None] = timedelta(hours=60)
    keeps = facts.KEEPS
    newest = facts.NEWEST
    ids_are_unique = True
    reads_feed = False
    follows_listings = False
    extension = ".md"

    # Addresses

    def canonical(self, url: str) -> str:
        """The form of an address that captures are filed under; an address elsewhere stays what it is."""
        return facts.canonical(url)

    def kind(self, url: str) -> Kind:
        """What a canonical URL of the site's hosts leads to."""
        return facts.kind(url)

    def post_id(self, url: str) -> str | None:
        """The ID of the post at a canonical URL; ``None`` if that is no post's."""
        return facts.post_id(url)

    def about(self, url: str) -> tuple[str, ...]:
        """The IDs that a post may have whose page, share page or share answer is at a canonical URL."""
        return facts.about(url)

    def trace(self, post_id: str) -> str:
        """A text that every address about a post has in it, unless the address has a ``%``: its number."""
        return longest_run(post_id)

    def post_day(self, url: str) -> str:
        """The day of publication that a post's URL tells."""
        return facts.post_day(url)

    def in_categories(self, url: str, categories: Sequence[str]) -> bool:
        """Whether the post at a canonical URL can be of one of these categories; every one if none is given."""
        return category_pages.in_categories(url, categories)

    def is_of(self, categories: Sequence[str], wanted: Sequence[str]) -> bool:
        """Whether a post is of one of the ``wanted`` categories: its own is one name, blanks and all."""
        return not wanted or " ".join(categories) in {" ".join(name.split()) for name in wanted}

    def categories_at(self, url: str) -> tuple[str, ...]:
        """The category that the URL of a post tells, in lower case; each word of its name is a folder there."""
        address = facts.post_address(url)
        return (address[0].replace("/", " "),) if address else ()

    def post_link(self, url: str) -> str | None:
        """The canonical URL of the post that an absolute link leads to; ``None`` for any other link."""
        return facts.post_link(url)

    def post_links(self, page: Exchange, left_out: LeftOut = passed_over) -> list[str]:
        """The canonical URLs of the posts that a page leads to, in its order."""
        addresses = page_addresses(page.body, page.url, facts.may_lead_to_post, left_out)
        return [url for address in addresses if (url := facts.post_link(address))]

    def describe(self, url: str) -> str:
        """What an address leads to, in two or three words."""
        return facts.describe(url)

    # Listings

    def known_listings(self, wanted: Sequence[str], categories: Sequence[str]) -> list[str]:
        """The listings that a sweep opens on trial: of the ``wanted`` categories, else of all that the archive's posts have.

        Listings that were never captured are among them, because a run may have ended between a post and its listing.
        """
        found = [facts.ROLLING] if not wanted or facts.ROLLING_CATEGORY in wanted else []
        found += map(category_pages.category_url, wanted)
        for category in () if wanted else categories:
            # The index knows a name with blanks only by its parts; its own page is empty anyway.
            names = category.split()
            found += category_pages.listings(category) if len(names) == 1 else map(category_pages.category_url, names)
        return found

    def listings_of(self, category: str) -> list[str]:
        """The category's own page, its older address, and the pages of the words of its name."""
        return category_pages.listings(category) + ([facts.ROLLING] if category == facts.ROLLING_CATEGORY else [])

    def own_listing(self, categories: Sequence[str]) -> list[str]:
        """The page that lists the posts of these categories."""
        return category_pages.own_listing(categories)

    def listings_behind(self, parsed: ParsedPage) -> dict[str, bool]:
        """Where the neighbours of a post may be listed, and whether its page itself says that there is such a listing."""
        return posts.listings_behind(_own(parsed))

    # Posts

    def parse_page(self, page: Exchange) -> FinewsPage | Rejection:
        """The parts of a post page."""
        return parse_page(page)

    def companions(self, parsed: ParsedPage) -> list[str]:
        """Where the share answer of a post may be had, the likeliest first."""
        share = _own(parsed).share
        return facts.answer_urls(*share) if share else []

    def companion_page(self, parsed: ParsedPage) -> str | None:
        """The share page, which shows the share answer to a person."""
        share = _own(parsed).share
        return facts.share_page_url(*share) if share else None

    def has_text(self, companion: Exchange) -> bool | None:
        """Whether a share answer holds an article."""
        return posts.has_text(companion)

    def build_post(self, parsed: ParsedPage, companion: Exchange | None = None, mention: FeedMention | None = None) -> Post:
        """The post that a page and the share answer, if there is one, make."""
        return posts.build_post(_own(parsed), companion)

    def findings(
        self, parsed: ParsedPage, companion: Exchange | None = None, mention: FeedMention | None = None
    ) -> list[Found]:
        """What each rule found of a post, at which byte of which answer."""
        return findings.findings(_own(parsed), companion)

    def shown(self, page: Exchange) -> Shown:
        """What the page of a post shows."""
        found = read_page(whole_utf8(page.body), facts.MARKERS)
        return Shown(found.title, found.local_time.isoformat(), found.content, tuple(found.tags))

    def shown_by_jekyll(self, page: Exchange) -> Shown:
        """What a page shows that Jekyll made; its layout has the site's own markers."""
        return self.shown(page)

    # Their texts

    def article(self, content: str) -> str:
        """The article of a source post, without front matter, share link and back links."""
        return article.article(content)

    def securities(self, element: HtmlElement) -> list[Security]:
        """The securities that an article's quote widgets name."""
        return article.securities(element)

    @property
    def jekyll(self) -> JekyllSite:
        """The settings and the layout with which Jekyll builds the site's posts."""
        return JEKYLL
