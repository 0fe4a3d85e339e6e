"""Excerpts: which words a theme, a plug-in or a feed shows of a post, and where they end in its content.

What is compared are words alone, without what stands between them: themes take tags, line ends and typographic characters away.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from crawler.markup.characters import in_text

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Jekyll's own separator: the first empty line of the source.
SEPARATOR = "\n\n"
#: What Liquid's filter ``strip_html`` takes away.
_TAG = re.compile(r"<(script|style)\b(?:[^<]|<(?!/\1>))*+(?:</\1>|$)|<!--(?:[^-]|-(?!->))*+(?:-->|$)|<[^>]*(?:>|\Z)")
_WORD = re.compile(r"\w+")
#: What ends a block of a content.
END = re.compile(r"</(?:p|h[1-6]|li|ul|ol|dl|dd|dt|pre|div|blockquote|table|figure)>", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The words that something shows of a post's beginning.

    ``is_whole``: they are all of the content; ``is_cut``: they end where no block of it does, so that the excerpt may go on.
    """

    words: str
    is_whole: bool
    is_cut: bool

    def is_that(self, words: str) -> bool:
        """Whether an excerpt of these words would be shown so."""
        return words.startswith(self.words) if self.is_cut else words == self.words

    def goes_on(self, words: str) -> bool:
        """Whether these words are no more than the beginning of it."""
        return len(words) < len(self.words) and self.words.startswith(words)


def without_tags(html: str) -> str:
    """A text of HTML without tags, scripts and comments."""
    return _TAG.sub("", html)


def words(html: str) -> str:
    """All letters and digits that HTML shows.

    >>> words("<p>The <em>sea</em> &amp; it&#8217;s <!-- no --> tide</p>")
    'Theseaitstide'
    """
    return "".join(_WORD.findall(in_text(without_tags(html))))


def shown_of(text: str, html: str) -> Excerpt | None:
    """What a text shows of a content's beginning; ``None`` if it has no words, or others.

    >>> shown_of("It is so...", "<p>It is so.</p> <p>Or not.</p>")
    Excerpt(words='Itisso', is_whole=False, is_cut=False)
    """
    found = words(html)
    tried = ("".join(_WORD.findall(one)) for one in (text, in_text(text)))  # themes escape what is escaped already
    told = next((one for one in tried if one and found.startswith(one)), "")
    if not told:
        return None
    is_whole = told == found
    return Excerpt(told, is_whole, not is_whole and len(told) not in _ends(html, len(told)))


def _ends(html: str, longest: int) -> Iterator[int]:
    """How many letters and digits a content shows up to the end of each of its blocks."""
    place = count = 0
    for found in END.finditer(html):
        count += len(words(html[place : found.end()]))
        place = found.end()
        yield count
        if count > longest:
            return
