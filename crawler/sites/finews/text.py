"""The text of a finews post, between front matter and footer; the page shows which form it has."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from crawler.markup.same_text import same_text
from crawler.markup.titles.markdown import escape_liquid, unrender
from crawler.sites.finews.facts import INDENT

_QUOTE = re.compile(r"<blockquote>\n(?:  <p>(?P<digest>.*?)</p>)?\n</blockquote>(?:\n\n|$)", re.DOTALL)
_ONE_PARAGRAPH = re.compile(r"<p>((?:(?!</?p\b).)*)</p>", re.DOTALL)
#: A tag that kramdown escaped, as in the line that names the medium after a body without tags.
_ESCAPED_TAG = re.compile(r"&lt;[a-zA-Z/]")

Form = Literal["quoted", "plain", "short", "body", "notice", "unknown"]


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a source post. ``from_share``: whether its body is the share answer's.

    ``guessed``: whether another source would show the same. ``differs``: whether page and answer have different texts.
    ``pairs``: whether the body has the pairs of ideographic blanks that the answer has.
    """

    form: Form
    source: str
    from_share: bool = False
    guessed: bool = False
    differs: bool = False
    pairs: Literal["kept", "removed", ""] = ""
    #: Whether the whole text is known without a share answer.
    complete: bool = False
    #: The place of the digest, or of a short text, in the HTML; then the index at which the body begins.
    digest: tuple[int, int] | None = None
    begins: int = 0


def rolling_text(html: str, answer: str | None) -> Text:
    """The text of rolling news: a quoted digest and the body, or in older posts an empty line and only the digest."""
    quote = _QUOTE.match(html)
    if quote is None:
        paragraph = _ONE_PARAGRAPH.fullmatch(html)
        if paragraph is None:
            return Text("plain", "\n" + escape_liquid(html))
        digest, guessed = unrender(paragraph[1])
        return Text("plain", "\n" + escape_liquid(digest), guessed=guessed, complete=True, digest=paragraph.span(1))
    digest, guessed = unrender(quote["digest"] or "")
    body = _body(html[quote.end() :], answer)
    return Text(
        "quoted",
        f"> {escape_liquid(digest)}\n\n{body.source}",
        from_share=body.from_share,
        guessed=guessed,
        differs=body.differs,
        pairs=body.pairs,
        complete=body.complete,
        digest=quote.span("digest") if quote["digest"] else None,
        begins=quote.end(),
    )


def market_text(html: str, answer: str | None) -> Text:
    """The text of market news: the body, or in older posts a short title and a digest on two lines, which no answer has."""
    paragraph = _ONE_PARAGRAPH.fullmatch(html)
    two_lines = paragraph is not None and "\n" in paragraph[1] and not _ESCAPED_TAG.search(paragraph[1])
    if paragraph is not None and two_lines and (answer is None or not same_text(html, answer)):
        text, guessed = unrender(paragraph[1])
        return Text("short", escape_liquid(text), guessed=guessed, complete=True, digest=paragraph.span(1))
    return _body(html, answer)


def _body(html: str, answer: str | None) -> Text:
    if answer is None:
        return Text("body", escape_liquid(html), complete=not html)
    if not same_text(html, answer):
        return Text("body", escape_liquid(html), differs=True)
    pairs = answer.count(INDENT)
    if pairs and html.count(INDENT) >= pairs:
        return Text("body", answer, from_share=True, pairs="kept")
    return Text("body", answer.replace(INDENT, ""), from_share=True, pairs="removed" if pairs else "")
