"""An article as plain text and as Markdown."""

from __future__ import annotations

import re
from copy import deepcopy
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
#: A match begins at the first blank of a run: else each blank of a long run within a line would be tried to its end.
_BLANKS = re.compile(r"(?<![ \t\u00a0\u3000])[ \t\u00a0\u3000]++$", re.MULTILINE)
_LEADING = re.compile(r"^[\u00a0\u3000]+", re.MULTILINE)
_EMPTY_LINES = re.compile(r"\n{3,}")
#: The cell of a table that has the numbers of lines beside code.
_GUTTER = re.compile(r"(?:^|\s)(?:gutter|gl|lineno|linenos|rouge-gutter)(?:$|\s)")
#: No real article is nested deeper. A stranger's deeper HTML is read without its layout.
_DEEP = 200


def plain_text(element: HtmlElement) -> str:
    """The text of an article: paragraphs are separated by an empty line, and tables are in columns.

    Blanks at the ends of lines are left out, and so are those that indent Chinese paragraphs (U+3000).
    """
    text = simple_layout(element)
    if text is None:
        is_deep = _depth(element) > _DEEP
        text = str(element.text_content() if is_deep else Inscriptis(_as_plain_code(element), _CONFIG).get_text())
    return _EMPTY_LINES.sub("\n\n", _LEADING.sub("", _BLANKS.sub("", text))).strip()


def _as_plain_code(element: HtmlElement) -> HtmlElement:
    """The article with blocks of code that are text alone, for Inscriptis keeps the lines of an element's own text only.

    The numbers of lines, which Jekyll puts into tables, are left out.
    """
    if not any(len(code) or _has_table(code) for code in element.iter("pre")):
        return element
    copied = deepcopy(element)
    for cell in [one for one in copied.iter("td") if _GUTTER.search(one.get("class") or "")]:
        table = next(cell.iterancestors("table"), None)
        cell.drop_tree()
        if table is not None:
            _make_text(table)
    for code in list(copied.iter("pre")):
        _make_text(code)
    return copied


def _make_text(element: HtmlElement) -> None:
    """Make a block of code of an element, with nothing in it but its text."""
    for line_break in element.iter("br"):
        line_break.tail = f"\n{line_break.tail or ''}"
    text = str(element.text_content())
    element.clear(keep_tail=True)
    element.tag, element.text = "pre", text


def _has_table(code: HtmlElement) -> bool:
    parent = code.getparent()
    return parent is not None and parent.tag == "td"


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
