"""What an article mentions: securities, images, links; and the line that says who wrote it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.markup.links.address import joined, split

if TYPE_CHECKING:
    from lxml.html import HtmlElement

#: The marks that newspapers put before the author's line.
_MARKS = "□■◎○●◆◇▲△▽★☆*·　 "
_TITLES = "(?:本报|本刊|本网|特约|见习|实习|首席|驻\\w{1,6})*(?:记者|通讯员|撰稿人?|评论员|研究员|编辑|作者)"
_WHOLE_LINE = re.compile(rf"[{_MARKS}]*((?:{_TITLES}|文|撰文|采写)\s*+[:：|｜/／丨]?\s*+\S[^。！？；]{{0,58}})")
_AT_START = re.compile(rf"(?:本报|本刊|\w{{2,8}})?讯\s*[（(]\s*({_TITLES}[^（）()]{{1,40}})[）)]")
#: How many paragraphs at either end may be the author's line.
_NEAR_END = 3


@dataclass(frozen=True, slots=True)
class Link:
    """Where a link leads, and its text."""

    url: str
    text: str


def author(text: str) -> str | None:
    r"""The line of a text that names its author, without the mark before it; ``None`` if there is none.

    >>> author("□本报记者甲乙 丙丁\n\n正文。")
    '本报记者甲乙 丙丁'
    >>> author("晚报讯（记者 甲乙）今天有雨。")
    '记者 甲乙'
    """
    paragraphs = [line.strip() for line in text.split("\n") if line.strip()]
    for paragraph in (*paragraphs[:_NEAR_END], *paragraphs[-_NEAR_END:]):
        found = _WHOLE_LINE.fullmatch(paragraph) or _AT_START.match(paragraph)
        if found:
            return found[1].strip()
    return None


def images(element: HtmlElement, base: str) -> list[str]:
    """The absolute addresses of an article's images, each once, in the order of the text."""
    return list(dict.fromkeys(url for image in element.iter("img") if (url := _absolute(base, image.get("src")))))


def links(element: HtmlElement, base: str) -> list[Link]:
    """An article's links to other pages, in the order of the text."""
    found = ((_absolute(base, link.get("href")), link) for link in element.iter("a"))
    return [Link(url, " ".join(link.text_content().split())) for url, link in found if url]


def _absolute(base: str, address: str | None) -> str | None:
    """The absolute address; ``None`` if it does not begin with http or https."""
    if not address:
        return None
    url = joined(base, address.strip())
    parts = split(url)
    return url if parts.scheme in ("http", "https") and parts.netloc else None
