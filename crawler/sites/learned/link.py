"""Where a learned site's post leads that links to another site's page, as the link around its title does."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.learn.fields.titles import even
from crawler.markup.links.address import split
from crawler.markup.links.links import placed_links
from crawler.markup.links.same_place import without_www

if TYPE_CHECKING:
    from crawler.markup.source.sample import FrontMatterForm
    from crawler.sites.parsed import FeedMention
    from crawler.sites.stock.page import StockPage

#: So many bytes before the content are looked at.
_NEAR = 4000
_OUTER = re.compile(rb"<a\s[^>]{0,2000}?href\s*+=\s*+[\"']?https?://", re.IGNORECASE)
#: What themes write beside a title that links elsewhere.
_MARKS = re.compile(r"(?<![^\w)\]!?.\"'»”’])[^\w)\]!?.\"'»”’]++$")
#: What front matter calls the address; the first where no sample tells.
KEYS = ("link", "external-url", "external_url", "external-link", "external_link", "link_url", "linkurl", "link-url")


def key_of(sample: FrontMatterForm) -> str:
    """Which key of front matter has the address to which a post links; empty if the sample does not tell it."""
    return next((line.key for line in sample.lines if line.key in KEYS), "")


def with_link(parsed: StockPage, mention: FeedMention | None, key: str) -> StockPage:
    """The page of a post that links elsewhere, with the address that a feed has for it, else that of its title.

    :param key: that which a sample has for it; where it is empty, the key is a guess.
    """
    link = (mention.entry.link if mention is not None else "") or title_link(parsed)
    return replace(parsed, link=link, link_is_guess=not key) if link else parsed


def title_link(parsed: StockPage) -> str:
    """The address of another host to which the title leads, before the content of a post; empty if there is none.

    A site may have stood at another host: an address with the post's own path is its own.
    """
    body, start = parsed.page.body, parsed.places["body"][0]
    before = body[max(0, start - _NEAR) : start]
    if not _OUTER.search(before):
        return ""
    own = split(parsed.page.url)
    title = even(without_marks(parsed.title))
    for _, link in placed_links(before, parsed.page.url):
        to = split(link.url)
        is_other = without_www(to.netloc) != without_www(own.netloc) and to.path.strip("/") != own.path.strip("/")
        if is_other and title and even(without_marks(link.text)) == title:
            return link.url
    return ""


def without_marks(title: str) -> str:
    """A title without what themes write behind it.

    >>> without_marks("A tide →"), without_marks("Why?"), without_marks("Notes ∞ *")
    ('A tide', 'Why?', 'Notes')
    """
    return _MARKS.sub("", title)
