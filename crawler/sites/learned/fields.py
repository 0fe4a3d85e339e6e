"""What a learned site's page shows for the front matter besides title, time and content."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.learn.fields.titles import even
from crawler.markup.byline import label
from crawler.markup.characters import in_text
from crawler.markup.elements import elements
from crawler.markup.excerpt import without_tags
from crawler.markup.shown import shown_by

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from crawler.learn.learned import Layout

#: Attributes in which an element has a text for programs.
_MEANT = ("content", "href", "src")
_WHOLE = ("http://", "https://")
_WORD = re.compile(r"\w+")
#: A description of this many words that begins like the content is its excerpt.
_EXCERPT = 6


def shown_first(body: bytes, selectors: Sequence[str]) -> Iterator[str]:
    """The texts of the first element that each selector finds; of a ``meta`` element, a link or an image, its value."""
    for selector in selectors:
        for element in elements(body, selector)[:1]:
            yield shown_by(body, element, _MEANT)[0]


def in_head(body: bytes, layout: Layout, html: str, title: str) -> dict[str, str]:
    """The description, if it is neither an excerpt of the content nor the title, and the image."""
    descriptions = shown_first(body, layout.description)
    own = (text for text in descriptions if not is_excerpt(text, html) and even(text) != even(title))
    return {"description": next(own, ""), "image": next(shown_first(body, layout.image), "")}


def rooted(address: str, home: str) -> str:
    """An address of the site's own without the home page's before it, which layouts and plug-ins write to make it whole.

    They write the host before one that is whole, too.

    >>> [rooted(one, "https://s.example/") for one in ("http://s.example/a.png", "https://t.example/a.png", "a.png")]
    ['/a.png', 'https://t.example/a.png', 'a.png']
    >>> rooted("https://s.examplehttps://t.example/a.png", "https://s.example/b/")
    'https://t.example/a.png'
    """
    _, mark, rest = address.partition("://")
    start = home.partition("://")[2]
    behind = rest.removeprefix(start.partition("/")[0]).lstrip("/")
    if behind != rest and behind.startswith(_WHOLE):
        return behind
    return f"/{rest.removeprefix(start)}" if mark and rest.startswith(start) else address


def labels(names: Sequence[str]) -> tuple[str, ...]:
    """Names without the marks that a layout writes beside them, each once."""
    return tuple(dict.fromkeys(filter(None, map(label, names))))


def is_excerpt(description: str, html: str) -> bool:
    """Whether a description is what a theme makes of the first words of a content; it may be cut within the last of them.

    Themes take tags away, and line ends with them, so that the words of two blocks become one.

    >>> is_excerpt("The tide: it comes a...", "<p>The tide: it <em>comes</em> at noon.</p>")
    True
    >>> is_excerpt("What the sea does", "<p>The tide: it comes at noon.</p>")
    False
    >>> is_excerpt("The tideIt co...", "<h2>The tide</h2> <p>It comes at noon.</p>")
    True
    """
    words = _WORD.findall(in_text(description))
    text = in_text(without_tags(html[: 20 * len(description) + 1000]))
    in_content = _WORD.findall(text)
    if "".join(in_content).startswith("".join(words)):
        return True
    told, real = words[:_EXCERPT], in_content[: min(len(words), _EXCERPT)]
    return len(real) == len(told) and real[:-1] == told[:-1] and real[-1].startswith(told[-1])
