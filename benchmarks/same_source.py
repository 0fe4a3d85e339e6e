"""Evens out of a source post's body what no rendered page can tell, and nothing else.

That is: the bullet character, ``*`` or ``_`` for emphasis, setext or ATX headings, reference or inline links, runs of blank
lines, blanks at the end of a line, line ends, and whether code without a language is indented or fenced. Whatever is rendered
otherwise stays different; escapes, entities, spaces behind a bullet and the rest of an author's spelling do so too.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from benchmarks.same_inline import Definitions, definitions, even_inline

if TYPE_CHECKING:
    from collections.abc import Iterator

_FENCE = re.compile(r"( {0,3})(~{3,}|`{3,})[ \t]*([^`\n]*?)[ \t]*$")
_INDENTED = re.compile(r"(?: {4}| {0,3}\t)(?=.*\S)")
_INDENT = re.compile(r"^(?: {4}| {0,3}\t| {1,3}$)")
_LEADING = re.compile(r"((?:[ \t]*>)*[ \t]*)((?:[-+*][ \t]+)+)(?=\S)")
_BULLET = re.compile(r"[-+*](?=[ \t])")
_RULE = re.compile(r"[ \t]*(?:\*[ \t]*){3,}$|[ \t]*(?:-[ \t]*){3,}$|[ \t]*(?:_[ \t]*){3,}$")
_ITEM = re.compile(r"[ \t]*(?:[-+*]|\d+\.)[ \t]|:[ \t]|\[\^[^\]]+\]:")
_HEADING = re.compile(r"#{1,6}[ \t]")
_UNDERLINE = re.compile(r"(?:=+|-+)[ \t]*$")
_HIGHLIGHT = re.compile(r" {0,3}\{%-?[ \t]*highlight\b")
_BLANKS = " \t\r"
_QUOTED = _BLANKS + ">"
_HTML = re.compile(
    r" {0,3}<(address|article|aside|blockquote|center|details|div|dl|figure|footer|form|h[1-6]|header|iframe|main|nav|noscript|"
    r"object|ol|p|pre|script|section|style|svg|table|textarea|ul|video)\b",
    re.IGNORECASE,
)


def normalised(body: str) -> str:
    """The body with one spelling for each of the things that no page can tell."""
    lines = body.replace("\r\n", "\n").removeprefix("\ufeff").split("\n")
    blocks = list(_blocks(lines))
    known = definitions("\n".join(lines) for lines, verbatim in blocks if not verbatim)
    texts = [""]
    for block, verbatim in blocks:
        text = "\n".join(block) if verbatim else _even(block, known)
        if text or texts[-1]:
            texts.append(text)
    return "\n".join(texts).strip("\n")


def same(one: str, other: str) -> bool:
    """Whether two bodies differ in nothing but what no page can tell."""
    return one == other or normalised(one) == normalised(other)


def _blocks(lines: list[str]) -> Iterator[tuple[list[str], bool]]:
    """Blocks of lines with no blank line in them, each with whether it is code or HTML, which stays as it is.

    A block of one empty line stands for any number of blank lines between two others.
    """
    at, blank, listed = 0, True, False
    while at < len(lines):
        line = lines[at]
        end = _verbatim_end(lines, at, blank=blank, listed=listed)
        if (
            end is not None
            and blank
            and listed
            and _is_bare(lines[at:end])
            and not "".join(lines[end : end + 1]).strip(_BLANKS)
        ):
            lines[at:end] = [f"    {inner}" if inner else "" for inner in lines[at + 1 : end - 1]]
        elif end is not None:
            yield _code(lines[at:end]), True
            at, blank, listed = end, False, listed and line.startswith(" ")
        elif not line.strip(_BLANKS):
            while at < len(lines) and not lines[at].strip(_BLANKS):
                at += 1
            yield [""], True
            blank = True
        else:
            start = at
            listed = bool(_ITEM.match(line)) or (listed and (line.startswith(" ") or not blank))
            at += 1
            while at < len(lines) and lines[at].strip(_BLANKS) and not _FENCE.match(lines[at]):
                listed = listed or bool(_ITEM.match(lines[at]))
                at += 1
            yield lines[start:at], False
            blank = False


def _is_bare(lines: list[str]) -> bool:
    """Whether lines of an item are a fence around code without a language that could as well be indented."""
    fence, inner = _FENCE.match(lines[0]), lines[1:-1]
    if fence is None or not fence[1] or fence[3] or not inner or not inner[0].strip(_BLANKS) or not inner[-1].strip(_BLANKS):
        return False
    return all(line.startswith(fence[1]) or not line for line in inner)


def _verbatim_end(lines: list[str], at: int, *, blank: bool, listed: bool) -> int | None:
    """Where the code or HTML ends that begins at a line; ``None`` if none begins there."""
    if fence := _FENCE.match(lines[at]):
        closing = fence[2]
        return next((place + 1 for place in range(at + 1, len(lines)) if lines[place].strip(_BLANKS) == closing), None)
    if blank and not listed and _INDENTED.match(lines[at]):
        end = at
        for place in range(at, len(lines)):
            if _INDENTED.match(lines[place]):
                end = place + 1
            elif lines[place].strip(_BLANKS):
                break
        return end
    if _HIGHLIGHT.match(lines[at]):
        return next((place + 1 for place in range(at, len(lines)) if "endhighlight" in lines[place]), None)
    html = _HTML.match(lines[at])
    return _element_end(lines, at, html[1]) if html else None


def _element_end(lines: list[str], at: int, name: str) -> int:
    """The line behind the end of an element, or behind its lines up to a blank one if it is never closed."""
    tag, depth = re.compile(rf"<(/?){name}\b[^>]*?(/?)>", re.IGNORECASE), 0
    for place in range(at, len(lines)):
        for found in tag.finditer(lines[place]):
            depth += -1 if found[1] else 0 if found[2] else 1
        if depth <= 0:
            return place + 1
    return next((place for place in range(at, len(lines)) if not lines[place].strip(_BLANKS)), len(lines))


def _code(lines: list[str]) -> list[str]:
    """Code as a fence of tildes; HTML as it is."""
    fence = _FENCE.match(lines[0])
    if fence is None and not _INDENTED.match(lines[0]):
        return lines
    inner = lines[1:-1] if fence else [_INDENT.sub("", line) for line in lines]
    longest = max((len(run) for line in inner for run in re.findall(r"^ {0,3}(~{3,})", line)), default=2)
    tildes = (fence[1] if fence else "") + "~" * (longest + 1)
    return [tildes + (fence[3] if fence else ""), *inner, tildes]


def _even(lines: list[str], known: Definitions) -> str:
    """The one spelling of a block that is neither code nor HTML."""
    underline = len(lines) > 1 and _UNDERLINE.match(lines[1])
    if underline and not _ITEM.match(lines[0]) and not lines[0].lstrip().startswith((">", "|")):
        level = "#" if underline[0][0] == "=" else "##"
        lines = [f"{level} {lines[0].strip(_BLANKS)}", *lines[2:]]
    return even_inline("\n".join(map(_bullets, _ended(lines))), known)


def _depth(line: str) -> int:
    """How many quotes a line begins in."""
    return line[: len(line) - len(line.lstrip(_QUOTED))].count(">")


def _bullets(line: str) -> str:
    found = None if _RULE.match(line) else _LEADING.match(line)
    return found[1] + _BULLET.sub("*", found[2]) + line[found.end() :] if found else line


def _ended(lines: list[str]) -> Iterator[str]:
    """The lines without blanks at their ends, but for those that Jekyll shows: in the middle of a paragraph."""
    for line, behind in zip(lines, [*lines[1:], ""], strict=True):
        text, next_text = (part.lstrip(_QUOTED) for part in (line, behind))
        ends = _ITEM.match(next_text) or _HEADING.match(next_text) or _depth(behind) > _depth(line)
        shown = text and next_text and not ends and not text.startswith(("#", "|"))
        yield line if shown else line.rstrip(_BLANKS)
