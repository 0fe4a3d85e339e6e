"""Where a learned site's post leads that links to another site's page, as the link around its title does."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.learn.fields.titles import even
from crawler.markup.address import split
from crawler.markup.links import placed_links

if TYPE_CHECKING:
    from crawler.sites.stock_page import StockPage

#: So many bytes before the content are looked at.
_NEAR = 4000
_OUTER = re.compile(rb"<a\s[^>]{0,2000}?href\s*+=\s*+[\"']?https?://", re.IGNORECASE)
#: What themes write beside a title that links elsewhere.
_MARKS = re.compile(r"[^\w)\]!?.\"'»”’]+$")
#: What front matter calls the address; the first where no sample tells.
KEYS = ("link", "external-url", "external_url", "external-link", "external_link", "link_url", "linkurl", "link-url")


def title_link(parsed: StockPage) -> str:
    """The address of another host to which the title leads, before the content of a post; empty if there is none.

    A site may have stood at another host: an address with the post's own path is its own.
    """
    body, start = parsed.page.body, parsed.places["body"][0]
    before = body[max(0, start - _NEAR) : start]
    if not _OUTER.search(before):
        return ""
    own = split(parsed.page.url)
    title = even(_MARKS.sub("", parsed.title))
    for _, link in placed_links(before, parsed.page.url):
        to = split(link.url)
        is_other = to.netloc.removeprefix("www.") != own.netloc.removeprefix("www.") and to.path.strip("/") != own.path.strip(
            "/"
        )
        if is_other and title and even(_MARKS.sub("", link.text)) == title:
            return link.url
    return ""
