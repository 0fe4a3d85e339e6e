"""An article as plain text and as Markdown."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Any

from html_to_markdown import ConversionOptions, _html_to_markdown, api
from inscriptis import Inscriptis
from inscriptis.css_profiles import CSS_PROFILES
from inscriptis.model.config import ParserConfig

from crawler.text.article import serialised
from crawler.text.layout import simple_layout

if TYPE_CHECKING:
    from lxml.html import HtmlElement

_CONFIG = ParserConfig(css=CSS_PROFILES["strict"], display_images=False, display_links=False)
_BLANKS = re.compile(r"[ \t\u00a0\u3000]+$", re.MULTILINE)
_LEADING = re.compile(r"^[\u00a0\u3000]+", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")
#: No real article is nested deeper. A stranger's deeper HTML is read without its layout.
_DEEP = 200


def plain_text(element: HtmlElement) -> str:
    """The text of an article: paragraphs are separated by an empty line, and tables are in columns.

    Blanks at the ends of lines are left out, and so are those that indent Chinese paragraphs (U+3000).
    """
    text = simple_layout(element)
    if text is None:
        is_deep = _depth(element) > _DEEP
        text = str(element.text_content() if is_deep else Inscriptis(element, _CONFIG).get_text())
    return _EMPTY_LINES.sub("\n\n", _LEADING.sub("", _BLANKS.sub("", text))).strip()


def markdown(element: HtmlElement) -> str:
    """The article as Markdown (CommonMark with tables), with its links and images."""
    if _depth(element) > _DEEP:
        return plain_text(element)
    result = _html_to_markdown.convert(serialised(element), _options())  # its wrapper would make the options again
    return str(result.content or "").strip()


@cache
def _options() -> Any:
    """The options in the form into which the library would convert them for each article; it takes them as they are."""
    asked = ConversionOptions(escape_asterisks=True, escape_underscores=True, extract_metadata=False, autolinks=False)
    return api._to_rust_conversion_options(asked)  # noqa: SLF001 - half of the time of one article


def length(text: str) -> int:
    r"""The number of characters that are no blanks, which is how Chinese media count.

    >>> length("新晚报 2022\n")
    7
    """
    return sum(map(len, text.split()))


def _depth(element: HtmlElement) -> int:
    deepest, waiting = 0, [(element, 1)]
    while waiting:
        found, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in found]
    return deepest
