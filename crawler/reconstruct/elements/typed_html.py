"""Paragraphs that were typed as HTML: their quotes are straight, and Markdown would have needed escapes for each."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.markup.closed import sub_closed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from crawler.reconstruct.context import Context
    from crawler.reconstruct.nodes import Node

#: What kramdown makes no curly quotes in: code and what else has no Markdown, formulas, tags; each with what ends it.
_NAMES = ("code", "kbd", "samp", "var", "script", "style", "textarea", "option", "math", "svg")
_NO_TEXT = (
    *((re.compile(rf"<{name}\b.*?</{name}>", re.DOTALL), f"</{name}>") for name in _NAMES),
    *(
        (re.compile(rf"{re.escape(begin)}.*?{re.escape(end)}", re.DOTALL), end)
        for begin, end in (("\\(", "\\)"), ("\\[", "\\]"))
    ),
    (re.compile(r"\$\$.*?\$\$", re.DOTALL), "$$"),
    (re.compile(r"<[^<>]*+>"), ">"),
)
#: An apostrophe, and a quote before a word; what stands behind a number may be for inches, and those are escaped.
_QUOTE = re.compile(r"(?<=[^\W\d_])'(?=[^\W\d_])|(?<!\w)[\"'](?=\w)")


def has_html_paragraphs(context: Context, nodes: Sequence[Node]) -> bool:
    """Whether more paragraphs of a content have straight quotes alone than have curly ones.

    In eight of eleven sites with straight quotes in pages they had been typed as HTML, and as a few escapes in three others,
    which have curly quotes elsewhere.
    """
    kinds = [_quotes(context, node) for node in nodes if node.name == "p"]
    return kinds.count((True, False)) > sum(curly for _, curly in kinds)


def is_html_paragraph(context: Context, node: Node) -> bool:
    """Whether a block of such a content was most likely typed as HTML, too: a paragraph that has no curly quotes."""
    return node.name == "p" and not _quotes(context, node)[1]


def _quotes(context: Context, node: Node) -> tuple[bool, bool]:
    """Whether a paragraph has straight quotes that kramdown would make curly, and whether it has curly ones."""
    text, typography = context.slice(node.inner, node.close), context.typography
    for pattern, end in _NO_TEXT:
        text = sub_closed(pattern, end, "", text)
    straight = any(found in typography.curly for found in _QUOTE.findall(text))
    return straight, bool(set(typography.opening + typography.closing) & set(text))
