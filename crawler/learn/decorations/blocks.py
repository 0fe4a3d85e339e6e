"""What layouts put around or into tables, quotes, blocks of code and lists of tasks, where kramdown never has such a thing."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING

from crawler.learn.decorations.headings import MOST_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterable

#: A box directly around a table: kramdown has a line of its own for each, wherever an author put a box around one.
_TABLE = re.compile(
    r"(<(div|figure|section)\b[^<>]*>)(<table[^<>]*>)[^\S\n]*+\n\s*+<t(?:head|body)>(?:(?!<table\b|</table>)[\s\S])*+</table></\2>"
)
#: The same within a quote.
_QUOTE = re.compile(
    r"(<blockquote[^<>]*>)(<(div|section)\b[^<>]*>)[^\S\n]*+\n(?:(?!</?blockquote\b|</\3></blockquote>)[\s\S])*+</\3></blockquote>"
)
#: A block of code: kramdown has nothing between its two boxes.
_CODE = re.compile(
    r'(<div (?>[^<>]*\bhighlighter-rouge")[^<>]*+>)'
    r'((?:(?!<div [^<>]*\bhighlighter-rouge")[\s\S]){0,2000}?)(<div class="highlight">)'
)
_PRE = '<div class="highlight"><pre class="highlight"><code>', "</code></pre></div>"
_WITHOUT_PRE = '<div class="highlight"><code>', "</code></div>"
_ITEM = '<li class="task-list-item">'
_TASK = re.compile(rf"{_ITEM}(<(\w+)\b[^<>]*>(?:[^<>]*</\2>)?)")
#: The box of a task, and of one that is done.
_BOXES = tuple(
    f'<input type="checkbox" class="task-list-item-checkbox" disabled="disabled"{more} />'
    for more in ("", ' checked="checked"')
)


def blocks(contents: Iterable[str]) -> dict[str, str]:
    """What layouts show of blocks, by what Jekyll renders."""
    contents = list(contents)
    found: dict[str, str] = {}
    for make in (_code, _without_pre, _quotes, _tables, _tasks):
        found |= make(contents)
    return found


def _code(contents: Iterable[str]) -> dict[str, str]:
    """Headers of blocks of code, for each start tag of such blocks, which names the language."""
    headers: dict[str, Counter[str]] = {}
    for content in contents:
        for one in _CODE.finditer(content):
            headers.setdefault(one[1], Counter())[one[2]] += 1
    most = sorted(headers, key=lambda start: -headers[start].total())[:MOST_KINDS]
    best = {start: headers[start].most_common(1)[0][0] for start in most}
    return {f"{start}{_PRE[0][:23]}": f"{start}{header}{_PRE[0][:23]}" for start, header in best.items() if "<" in header}


def _without_pre(contents: Iterable[str]) -> dict[str, str]:
    """Blocks of code of which a layout takes ``<pre>`` away."""
    contents = list(contents)
    has = any(_WITHOUT_PRE[0] in content for content in contents) and not any(_PRE[0] in content for content in contents)
    return {"{1}".join(_PRE): "{1}".join(_WITHOUT_PRE)} if has else {}


def _tables(contents: Iterable[str]) -> dict[str, str]:
    found = Counter((one[1], one[2], one[3]) for content in contents for one in _TABLE.finditer(content)).most_common(
        MOST_KINDS
    )
    return {f"{table}{{1}}</table>": f"{box}{table}{{1}}</table></{name}>" for (box, name, table), _ in found}


def _quotes(contents: Iterable[str]) -> dict[str, str]:
    found = Counter((one[1], one[2], one[3]) for content in contents for one in _QUOTE.finditer(content)).most_common(
        MOST_KINDS
    )
    return {f"{quote}{{1}}</blockquote>": f"{quote}{box}{{1}}</{name}></blockquote>" for (quote, box, name), _ in found}


def _tasks(contents: Iterable[str]) -> dict[str, str]:
    """Icons in place of the boxes of tasks; that of a task which is done says so."""
    icons = dict.fromkeys(one[1] for content in contents for one in _TASK.finditer(content))
    done = [icon for icon in icons if "check" in icon]
    if (
        len(icons) > len(_BOXES)
        or len(done) > 1
        or len(icons) - len(done) > 1
        or any(icon.startswith("<input") for icon in icons)
    ):
        return {}
    return {f"{_ITEM}{_BOXES[icon in done]}": f"{_ITEM}{icon}" for icon in icons}
