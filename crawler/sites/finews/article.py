"""A finews source post -> its article, and the securities that the article's quote widgets name."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.items import Security
from crawler.markup.source.body import without_front_matter
from crawler.markup.titles.markdown import unescape_liquid

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_FOOTER = re.compile(
    r"(?:\n\n<[^\s<>]*>)?"
    r"(?:\n\n\[返回[^\n]*\]\([^\n]*\)(?:\n\[返回首页\]\([^\n]*\))?)?"
    r"\s*\Z"
)
#: The quote service's numbers of markets -> ISO 10383 codes; 0 and 1 are Shenzhen and Shanghai.
_EXCHANGES = {"0": "XSHE", "1": "XSHG", "105": "XNAS", "106": "XNYS", "107": "XASE", "116": "XHKG"}


def article(content: str) -> str:
    """The article without front matter, share link and back links: Markdown that may have HTML in it."""
    body = without_front_matter(content)
    return unescape_liquid(body[: _footer(body)]).strip("\n")


def _footer(body: str) -> int:
    """The index at which the footer starts. Only the end is searched, so that any body takes little time."""
    start = max(0, len(body) - 3000)
    found = _FOOTER.search(body, start)
    return found.start() if found else len(body)


def securities(element: HtmlElement) -> list[Security]:
    """The securities that an article's quote widgets name, each once; also removes the widgets' prices from ``element``."""
    found: dict[Security, None] = {}
    for link in element.xpath(".//a[@data-code]"):
        market, _, code = link.get("data-code").partition(",")
        name = " ".join(link.text_content().split())
        if code.strip():
            found[Security(code.strip(), _EXCHANGES.get(market.strip()), name)] = None
    for price in element.xpath(".//span[starts-with(@id, 'quote_')]"):
        price.drop_tree()
    return list(found)
