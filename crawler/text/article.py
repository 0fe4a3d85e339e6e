"""The article of a source post as HTML and as a tree. The HTML is a stranger's; nothing in it is run or fetched."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from lxml import etree, html
from lxml.html import HTMLParser
from markdown_it import MarkdownIt
from markdown_it.common.html_blocks import block_names

if TYPE_CHECKING:
    from lxml.html import HtmlElement
    from markdown_it.rules_core import StateCore
    from markdown_it.token import Token

#: Characters that no XML tree can have.
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufdd0-\ufdef\ufffe\uffff]")
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
#: What begins a block of HTML that ends at an empty line, in CommonMark, and such a line.
_HTML_BLOCK = re.compile(rf" {{0,3}}</?(?:{'|'.join(block_names)})(?=\s|/?>|$)", re.IGNORECASE)
_EMPTY_LINE = re.compile(r"\n[ \t]*(?:\n|\Z)")
_NO_TEXT = ("script", "style", "template", "noscript", "iframe", "object", "head", "title")


#: A list of attributes as kramdown has it, behind an element or on a line of its own; the ID of a heading at its end.
_ATTRIBUTES = re.compile(r"\{:[^{}\n]{0,1000}\}")
_HEADING_ID = re.compile(r"(?<![ \t])[ \t]*+\{#[^\s{}]{1,200}\}[ \t]*+$")
_BREAKS = ("softbreak", "hardbreak")


@cache
def _markdown() -> MarkdownIt:
    made = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    made.core.ruler.push("attributes", _without_attributes)
    return made


def _without_attributes(state: StateCore) -> None:
    """Leave out what kramdown takes for attributes, and CommonMark for text; code keeps it."""
    for number, token in enumerate(state.tokens):
        children = token.children or []
        if "{" not in token.content or not children:
            continue
        last = children[-1]
        if state.tokens[number - 1].type == "heading_open" and last.type == "text":
            last.content = _HEADING_ID.sub("", last.content)
        before = None
        for place, child in enumerate(children):
            found = _ATTRIBUTES.match(child.content) if child.type == "text" else None
            is_line = before is None or before.type in _BREAKS
            ends_line = place + 1 == len(children) or children[place + 1].type in _BREAKS
            if found and ((is_line and ends_line and found.end() == len(child.content.rstrip())) or _is_element(before)):
                child.content = child.content[found.end() :]
                if is_line and before is not None:
                    before.type, before.tag, before.content = "text", "", ""
            before = child


def _is_element(token: Token | None) -> bool:
    """Whether a token ends an element within a paragraph."""
    return token is not None and (token.nesting < 0 or token.type in ("image", "code_inline"))


def as_html(article: str, *, is_html: bool = False) -> str:
    """The HTML of an article, which is not safe to show.

    :param is_html: whether the article is HTML already; else it is Markdown (CommonMark) with HTML in it.
    """
    clean = _CONTROLS.sub("", article)
    return clean if is_html or _is_one_block(clean) else str(_markdown().render(clean))


def _is_one_block(markdown: str) -> bool:
    """Whether Markdown is one block of HTML, which stays as it is; most articles of some sites are."""
    return _HTML_BLOCK.match(markdown) is not None and "\r" not in markdown and _EMPTY_LINE.search(markdown) is None


@cache
def _parser() -> HTMLParser:
    return HTMLParser(remove_comments=True, remove_pis=True, encoding="utf-8")


def tree(rendered: str) -> HtmlElement:
    """The HTML of an article as one ``div``, without comments, scripts, and what a browser hides."""
    found = html.fragment_fromstring(f"<div>{rendered}</div>".encode(), create_parent="div", parser=_parser())
    for element in list(found.iter()):
        if element is not found and (element.tag in _NO_TEXT or _is_hidden(element)):
            element.drop_tree()
    return found


def _is_hidden(element: HtmlElement) -> bool:
    return "hidden" in element.attrib or _HIDDEN.search(element.get("style") or "") is not None


def serialised(element: HtmlElement) -> str:
    """The HTML of a tree."""
    return str(etree.tostring(element, encoding="unicode", method="html"))
