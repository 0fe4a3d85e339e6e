"""The excerpt of a learned site's source post: that Jekyll makes the one that the site shows."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.learn.excerpts import FEED
from crawler.markup.characters import in_attribute, shown
from crawler.markup.excerpt import SEPARATOR, Excerpt, shown_of, words
from crawler.markup.source.body import without_front_matter
from crawler.markup.titles.markdown import unescape_liquid
from crawler.reconstruct import available
from crawler.sites.learned.as_rendered import as_rendered
from crawler.sites.learned.body import converter_of
from crawler.sites.learned.fields import shown_first

if TYPE_CHECKING:
    from crawler.learn.learned import Learned
    from crawler.markup.feeds.feed_entry import FeedEntry
    from crawler.reconstruct import Converter

#: What the layout of :attr:`LearnedSite.jekyll` begins with where a site shows excerpts.
LAYOUT = """<meta name="excerpt" content="{{ page.excerpt | strip_html | normalize_whitespace | escape }}">
"""
_MADE = re.compile(rb'<meta name="excerpt" content="([^"]*+)">')
#: A line without anything but a blank is none that Jekyll ends an excerpt at, and an empty one to kramdown.
_BLANK = "\n \n"
#: So many empty lines may stand in an excerpt that something else ends.
_MOST = 40
#: Its source has no more than so many times the characters, and so many.
_TIMES, _LONGER = 3, 2000


def told_excerpt(learned: Learned, body: bytes, entry: FeedEntry | None, html: str) -> Excerpt | None:
    """What page and feed show of a post's excerpt; ``None`` where they show none, or a description that is none.

    :param html: the content as Jekyll rendered it.
    """
    if not learned.excerpts:
        return None
    texts = list(shown_first(body, [one for one in learned.excerpts if one != FEED]))
    if FEED in learned.excerpts and entry is not None:
        texts.append(words(entry.summary))
    found = [excerpt for text in texts if (excerpt := shown_of(text, html)) is not None]
    return max(found, key=lambda one: (not one.is_cut, len(one.words)), default=None)


def made_excerpt(body: bytes) -> str:
    """The excerpt in a page that Jekyll made with :data:`LAYOUT`."""
    found = _MADE.match(body)
    return in_attribute(shown(found[1])) if found else ""


def excerpts_that_differ(learned: Learned, seen: tuple[bytes, FeedEntry | None, str], made: bytes) -> tuple[str, str] | None:
    """The words of the excerpt that the site shows, and of the one that Jekyll made, if they differ.

    :param seen: the captured page, the feed's entry, and the content in the page.
    """
    body, entry, html = seen
    told = told_excerpt(learned, body, entry, as_rendered(learned, html))
    found = words(made_excerpt(made))
    return None if told is None or told.is_that(found) else (told.words, found)


def with_excerpt(learned: Learned, content: str, told: Excerpt | None) -> str:
    """A source post of Markdown, spelt so that Jekyll makes the excerpt that the site shows; as it is, if no spelling does.

    Where all of the text is the excerpt, its lines end with a carriage return: so Jekyll finds no empty line in it. Where the
    excerpt goes on behind the first empty line, those within it have a blank.
    """
    body = without_front_matter(content)
    if learned.habits.get("carriage_returns"):
        return _with_returns(content)
    separator = learned.excerpt_separator or SEPARATOR
    if told is None or separator not in body or learned.source != "markdown" or not available():
        return content
    converter, text = converter_of(learned.kramdown), body.lstrip("\n")
    if "{%" in unescape_liquid(text.partition(separator)[0]) or told.is_that(_head(converter, text, separator)):
        return content
    if separator != SEPARATOR or not told.goes_on(_head(converter, text, separator)):
        return content
    if told.is_whole and (returned := _with_returns(content)) != content:
        return returned
    return content.removesuffix(text) + _with_blanks(converter, text, told)


def _with_returns(content: str) -> str:
    """A source post with the line ends of Windows; with tags of Liquid, which may heed them, it stays as it is."""
    return content if "{%" in content else content.replace("\n", "\r\n")


def _head(converter: Converter, text: str, separator: str) -> str:
    """The words of the excerpt that Jekyll makes of a body."""
    return words(converter.convert([unescape_liquid(text.partition(separator)[0])])[0] or "")


def _with_blanks(converter: Converter, text: str, told: Excerpt) -> str:
    """A body whose first empty lines have a blank, so many that the excerpt goes on to its end."""
    parts = text.split(SEPARATOR)[: _MOST + 1]
    heads = [(count, unescape_liquid(_BLANK.join(parts[:count]))) for count in range(1, len(parts) + 1)]
    # The source of an excerpt has its words, and the addresses of its links.
    likely = [(count, head) for count, head in heads if len(told.words) // 2 <= len(head) <= _TIMES * len(told.words) + _LONGER]
    for (count, head), made in zip(likely, converter.convert([head for _, head in likely]), strict=True):
        if made and "{%" not in head and told.is_that(words(made)):
            spelt = text.replace(SEPARATOR, _BLANK, count - 1)
            before, after = converter.convert([unescape_liquid(text), unescape_liquid(spelt)])
            return spelt if before is not None and before == after else text
    return text
