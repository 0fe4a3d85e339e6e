"""Mathematics that stands by itself -> Markdown: between two lines of ``$$``, or in one line."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from crawler.reconstruct.draft import Draft, Part, Piece

if TYPE_CHECKING:
    from crawler.reconstruct.context import Context
    from crawler.reconstruct.nodes import Node

_MATH = re.compile(
    r"\\\[(?P<text>(?:(?!\\\]\s*\\\[).)*)\\\]|<script type=\"math/tex; mode=display\">(?P<script>.*)</script>"
    r"|<div class=\"kdmath\">\$\$\n(?P<plain>.*)\n\$\$</div>",
    re.DOTALL,
)
_NEXT = re.compile(rb"\\\]\s+(?=\\\[)")


def mathematics(raw: str) -> str | None:
    r"""The formula of what kramdown made of one; ``None`` of anything else.

    >>> mathematics(r"\[a &lt; b\]")
    'a < b'
    """
    found = _MATH.fullmatch(raw)
    return html.unescape(found["text"] or found["script"] or found["plain"] or "") if found else None


def blocks_of_math(context: Context, node: Node) -> Draft | None:
    """Formulas that stand one below the other, with white space between them."""
    parts: list[Part] = []
    last = node.start
    for place in [*(found.end() for found in _NEXT.finditer(context.content, node.start, node.end)), node.end]:
        raw = context.slice(last, place)
        shown = raw.rstrip()
        text = mathematics(shown)
        if text is None:
            return None
        parts += [Piece.of(last, f"$$\n{text}\n$$", f"$${text}$$"), Piece((raw[len(shown) :],), place)]
        last = place
    return Draft(parts)
