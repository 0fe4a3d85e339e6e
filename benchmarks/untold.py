"""Evens out of a source post's body every spelling that leaves no trace on a page.

Besides what :func:`benchmarks.same_source.normalised` evens out: where the mark of an item stands, its number, how far the
item's lines are indented, and a blank line behind a list in an item; blanks behind the mark of a quote, and the mark itself
where a line belongs to the quote without; quotes, dashes, dots and other characters, or the ASCII or name that stands for
them; escapes without need; links whose text is their address; blanks, bars and dashes of tables; which rule; ``#`` behind a
heading; the word in whose place a table of contents comes; breaks by blanks or by tag; how the fence of a code span, a list
of attributes, what a link leads to and an HTML tag are spelt; HTML for a link, emphasis or a paragraph. Code stays as it is.
This is written for bodies that are rendered to the same bytes: of any two others it may even out more than that.
"""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from benchmarks.same_source import normalised

if TYPE_CHECKING:
    from collections.abc import Callable

_CODE = re.compile(r"^( *)(~{3,})[^~\n]*\n(?:.*\n)*?\1\2$", re.MULTILINE)
_TYPOGRAPHY = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "–": "--", "—": "---", "…": "...", "«": "<<", "»": ">>"})
_ENTITY = re.compile(r"&(?!amp;|lt;|gt;|quot;)(?:[a-zA-Z]+|#\d+|#x[\da-fA-F]+);")
_NAMED = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&"))
_ESCAPE = re.compile(r"\\(?=[^a-zA-Z0-9\s])")
_ITEM = re.compile(r"((?:> ?)*[ \t]*)(?:[-+*]|\d+\.)[ \t]")
_BEGINNING = re.compile(r"^[ \t]*(?P<quote>(?:>[ \t]*)*)(?P<item>(?:(?:[-+*]|\d+\.)[ \t]+(?=\S))*)", re.MULTILINE)
#: The mark of a quote on a line that would belong to it without.
_LAZY = re.compile(r"(?<=[^\n>]\n)(?:> )+(?=[^ \t\n>|#-])")
_HEADING = re.compile(r"^((?:> )*#{1,6})[ \t]+([^\n]*?)(?:[ \t]+#+)?$", re.MULTILINE)
_RULE = re.compile(r"^((?:> )*)(?:(?:\*[ \t]*){3,}|(?:-[ \t]*){3,}|(?:_[ \t]*){3,})$", re.MULTILINE)
_BREAK = re.compile(r"(?:<br>|  |(?<!\\)\\{1,2})\n")
_SPAN = re.compile(r"(?<![`\\])(?P<fence>`+)(?!`)(?P<text>[^\n]+?)(?<!`)(?P=fence)(?!`)")
_OWN_ADDRESS = re.compile(r"\[(?P<text>[^\]\n]+)\]\((?:mailto:)?(?P=text)\)")
_TARGET = re.compile(
    r"\]\([ \n]*<?(?P<target>[^()<>\s]*(?:\([^()\s]*\)[^()<>\s]*)*)>?(?:[ \n]+([\"'])(?P<title>[^\n]*?)\2)?[ \n]*\)"
)
_CONTENTS = re.compile(r"^(?P<mark>\*|1\.) [^\n]*\n\{:[ ]?toc", re.MULTILINE)
_ATTRIBUTES = re.compile(r"\{:[ \t]*([^\n}]*?)[ \t]*\}")
_CLASS = re.compile(r"class=\"([\w -]+)\"")
#: A list of attributes before its block.
_BEFORE = re.compile(r"(?<=\n\n)(\{:[^}\n]*\})\n((?:[^\n]+\n)+)")
_CELL_EDGE = re.compile(r"[ \t]*(?<!\\)\|[ \t]*")
#: No-break spaces stand for nothing in a cell.
_EMPTY_CELL = re.compile(r"(?<=\|)\u00a0(?=\||$)|^\u00a0(?=\|)", re.MULTILINE)
_OUTER_EDGE = re.compile(r"^\|+(?=[^|\n]+\|)|(?<=[^\n-])\|+$", re.MULTILINE)
#: The bar before a table in an item.
_IN_ITEM = re.compile(r"^\*\|+(?=[^|\n]+\|)", re.MULTILINE)
_TABLE_RULE = re.compile(r"^(?=[^\n]*[|+])[-:|=+ ]+$", re.MULTILINE)
#: Kramdown begins a line for each block of HTML.
_BLOCKS = re.compile(r"(?<=>)[ \t]*\n?[ \t]*(?=<(?:!--|script\b|table\b))")
_TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:\s+[^\s=<>/\"']+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s\"'<>]+))?)*)\s*/?>")
_ATTRIBUTE = re.compile(r"([^\s=<>/\"']+)(?:\s*=\s*(?:\"([^\"]*)\"|'([^']*)'|([^\s\"'<>]+)))?")
_LINK = re.compile(r"<a href=\"([^\"\n]*)\"([^<>]*)>(.*?)</a>", re.DOTALL)
_MARKS = {"strong": "**", "em": "*", "p": ""}
_MARK = re.compile(r"</?(strong|em|p)>")


def untold(body: str) -> str:
    r"""The body with one spelling for each of the things that leave no trace.

    >>> untold("It’s — [http://a](http://a)\n\n  -   b\n     c\n") == untold("It's --- <http://a>\n\n* b\n c")
    True
    >>> untold('1\\. <a href="/b">c</a> &lt; <strong>d</strong>') == untold("1. [c](/b) < **d**")
    True
    >>> untold("a\n\nb") == untold("a b")
    False
    """
    return _outside_code(normalised(body) + "\n", lambda text: _inline(_blocks(text))).strip("\n")


def items_alike(body: str) -> str:
    r"""The normalised body with bullets and numbers that stand equally far from margin and text.

    >>> items_alike("  -   b\n") == items_alike("* b\n")
    True
    """
    return _outside_code(normalised(body) + "\n", _items_begun).strip("\n")


def typed_alike(body: str) -> str:
    r"""The same with quotes, dashes and other characters as such, however they were typed.

    >>> typed_alike("- It’s — so\n") == typed_alike("  * It's --- so\n")
    True
    """
    return _outside_code(items_alike(body) + "\n", _characters).strip("\n")


def _outside_code(text: str, even: Callable[[str], str]) -> str:
    """An evened text with something done to all that is not in a block of code; code of an item stands at the margin."""
    parts, place = [], 0
    for code in _CODE.finditer(text):
        parts += [even(text[place : code.start()]), re.sub(rf"^ {{0,{len(code[1])}}}", "", code[0], flags=re.MULTILINE)]
        place = code.end()
    return "".join([*parts, even(text[place:])])


def _blocks(text: str) -> str:
    """The text with its lines begun alike, and alike rules, headings and tables."""
    text = _BREAK.sub("  \n", _BLOCKS.sub("", _TAG.sub(_tag, _without_ends(text))))
    text = _items_begun(_RULE.sub(r"\1---", text))
    text = _HEADING.sub(r"\1 \2", _CONTENTS.sub(r"\g<mark> TOC\n{:toc", _LAZY.sub("", text)))
    text = _TABLE_RULE.sub("|---", _CELL_EDGE.sub("|", text))
    return _OUTER_EDGE.sub("", _EMPTY_CELL.sub("", _IN_ITEM.sub("* ", text)))


def _inline(text: str) -> str:
    """The text with links, code spans, attributes and characters spelt alike."""
    text = _OWN_ADDRESS.sub(r"<\g<text>>", _TARGET.sub(_target, _SPAN.sub(_span, _characters(text))))
    text = _ATTRIBUTES.sub(lambda found: f"{{:{_CLASS.sub(_classes, found[1])}}}", _LINK.sub(_link, text))
    text = _BEFORE.sub(r"\2\1\n", _MARK.sub(lambda found: _MARKS[found[1]], _ESCAPE.sub("", text)))
    for name, character in _NAMED:
        text = text.replace(name, character)
    return text


def _items_begun(text: str) -> str:
    return _BEGINNING.sub(_beginning, text).replace("> \n", ">\n")


def _characters(text: str) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text).translate(_TYPOGRAPHY)


def _without_ends(text: str) -> str:
    """The text without a blank line behind a list in an item, before an item further out."""
    kept: list[str] = []
    inner, blank = -1, False
    for line in text.split("\n"):
        item = _ITEM.match(line)
        if item and blank and len(item[1]) < inner:
            kept.pop()
        if item:
            inner = len(item[1])
        elif blank and line.strip() and not line.startswith(" "):
            inner = -1
        blank = not line.strip()
        kept.append(line)
    return "\n".join(kept)


def _beginning(found: re.Match[str]) -> str:
    items = "".join("1. " if mark[0].isdigit() else "* " for mark in found["item"].split())
    return "> " * found["quote"].count(">") + items


def _tag(found: re.Match[str]) -> str:
    """A start tag as kramdown writes it, but for how one with no inside ends; what has Markdown in it read comes last."""
    found_in = _ATTRIBUTE.findall(found[2])
    attributes = [f' {name.lower()}="{double or single or bare}"' for name, double, single, bare in found_in]
    attributes.sort(key=lambda attribute: attribute.startswith(" markdown="))
    return f"<{found[1]}{''.join(attributes)}>"


def _span(found: re.Match[str]) -> str:
    text = found["text"].strip(" ")
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def _target(found: re.Match[str]) -> str:
    title = f' "{found["title"]}"' if found["title"] else ""
    return f"]({found['target']}{title})"


def _link(found: re.Match[str]) -> str:
    attributes = f"{{:{found[2].strip()}}}" if found[2] else ""
    return f"[{found[3]}]({found[1]}){attributes}"


def _classes(found: re.Match[str]) -> str:
    return " ".join(f".{name}" for name in found[1].split())
