"""The settings of kramdown whose value stands in the contents: identifiers, classes, the numbers of lines and footnotes."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_ID = re.compile(r'<h([1-6]) id="([^"]*)"')
_LISTED = re.compile(r'<a href="#([^"]*)" id="markdown-toc')
_LANGUAGE = re.compile(r'[^>]<code class="language-([^ "]+) highlighter-rouge">')
_CSS_CLASS = re.compile(r'highlighter-rouge"><div class="highlight"><pre class="([^"]+)"')
_BACK = re.compile(r'class="reversefootnote"[^>]*>([^<]*)<')
_FIRST_NOTE = re.compile(r'<div class="footnotes"[^>]*>\s*<ol start="(\d+)">')
#: The number of the first line of code, in a block and in a line of text.
_FIRST_LINE = re.compile(r'<code><table class="rouge-table"><tbody><tr><td[^>]*><pre class="lineno">(\d+)')
_LINE_IN_TEXT = re.compile(r'highlighter-rouge"><table class="rouge-table">')


def read_settings(sample: Sequence[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Candidates, each with a pattern of the contents that it concerns."""
    identifiers = {one for content in sample for _, one in _ID.findall(content)}
    prefixes = [re.match(r"[^-_]*[-_]|", one) for one in identifiers]
    prefix = {found[0] for found in prefixes if found}
    if len(identifiers) > 1 and len(prefix) == 1 and "" not in prefix:
        yield r"<h[1-6] id=", {"auto_id_prefix": prefix.pop()}
    options = [*_classes(sample), *_numbered(sample)]
    together = {name: value for _, some in options for name, value in some.items()}
    for pattern, some in ((options[0][0], together), *options) if options[1:] else options:
        yield pattern, {"syntax_highlighter_opts": some}
    for value in sorted({one for content in sample for one in _BACK.findall(content)} - {"&#8617;"})[:1]:
        yield _BACK.pattern, {"footnote_backlink": value}
    for value in sorted({one for content in sample for one in _FIRST_NOTE.findall(content)})[:1]:
        yield _FIRST_NOTE.pattern, {"footnote_nr": int(value)}
    listed = [set(_LISTED.findall(content)) for content in sample]
    levels = [
        int(level) for content, ids in zip(sample, listed, strict=True) for level, one in _ID.findall(content) if one in ids
    ]
    if levels:
        yield _LISTED.pattern, {"toc_levels": f"{min(levels)}..{max(levels)}"}


def _classes(sample: Sequence[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """The language of code without one, and the class of code."""
    for pattern, name, common in ((_LANGUAGE, "default_lang", "plaintext"), (_CSS_CLASS, "css_class", "highlight")):
        for value, _ in Counter(one for content in sample for one in pattern.findall(content)).most_common(1):
            if value != common:
                yield pattern.pattern, {name: value}


def _numbered(sample: Sequence[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Code with the numbers of its lines: in blocks, or everywhere."""
    first = Counter(number for content in sample for number in _FIRST_LINE.findall(content)).most_common(1)
    numbers: dict[str, object] = {"line_numbers": True}
    if first and first[0][0] != "1":
        numbers["start_line"] = int(first[0][0])
    if any(_LINE_IN_TEXT.search(content) for content in sample):
        yield r'class="rouge-table"', numbers
    elif first:
        yield r'class="rouge-table"', {"block": numbers}
