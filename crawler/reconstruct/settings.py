"""A site's ``kramdown`` settings, told by which of them give the bytes of its pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.reconstruct.converter import Converter
from crawler.reconstruct.document import Document
from crawler.reconstruct.habits import Habits

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SAMPLE, _LONGEST = 24, 30_000

#: What is tried one after the other where the pages have something that it could make: a pattern, and settings beside the
#: default ones of Jekyll. The first of equals stays.
_CANDIDATES: tuple[tuple[str, tuple[dict[str, object], ...]], ...] = (
    (r"<pre><code", ({"syntax_highlighter": "none"},)),
    (
        r'class="(?:rouge-table|lineno)"',
        (
            {"syntax_highlighter_opts": {"block": {"line_numbers": True}}},
            {"syntax_highlighter_opts": {"block": {"line_numbers": True}, "span": {"line_numbers": False}}},
        ),
    ),
    (r"<br ?/?>\n", ({"hard_wrap": True},)),
    (r"<h[1-6]>", ({"auto_ids": False},)),
    (r'<h[1-6] id="section', ({"input": "kramdown"},)),
    (r"[\"']", ({"smart_quotes": ["apos", "apos", "quot", "quot"]},)),
    (r"&(?!amp|lt|gt|quot|nbsp)[a-z]+;", ({"entity_output": "symbolic"}, {"entity_output": "as_input"})),
    (r"&#\d+;", ({"entity_output": "numeric"},)),
    (r"\$", ({"math_engine": None},)),
)


def settings_of(contents: Sequence[str]) -> Mapping[str, object]:
    """The ``kramdown`` settings under which most of the contents come out; only those that differ from Jekyll's own.

    :raises NoConverter: if there is no Ruby with Jekyll.
    """
    sample = _sample(contents)
    found: dict[str, object] = {}
    best = _score(sample, found)
    for pattern, changes in _CANDIDATES:
        concerned = [content for content in sample if re.search(pattern, content)]
        if not concerned:
            continue
        for change in changes:
            score = _score(sample, found | change)
            if score > best:
                best, found = score, found | change
    return found


def _sample(contents: Sequence[str]) -> list[str]:
    """Some contents of all times."""
    fitting = [content for content in contents if len(content) <= _LONGEST]
    step = max(1, -(-len(fitting) // _SAMPLE))
    return fitting[::step]


def _score(contents: Sequence[str], kramdown: Mapping[str, object]) -> float:
    """How much of the contents is given back as Markdown."""
    with Converter(kramdown) as converter:
        score = 0.0
        for content in contents:
            document = Document(content, Habits(), kramdown, {})
            score += document.share_of_markdown() if document.spell(converter) else 0
        return score
