"""Inline elements and text -> pieces of Markdown, as kramdown reads it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from crawler.reconstruct.draft import Choice, Draft, Piece

if TYPE_CHECKING:
    from crawler.reconstruct.habits import Habits
    from crawler.reconstruct.nodes import Node

Parts = list[Piece | Draft]
#: What kramdown makes of ASCII, and what the source has in its place: the ASCII, or the character itself.
_TYPOGRAPHY = {"“": '"', "”": '"', "‘": "'", "’": "'", "–": "--", "—": "---", "…": "...", "«": "<<", "»": ">>"}
_SPECIAL = re.compile(r"&(?:amp|lt|gt|quot|nbsp|#\d+);|[“”‘’–—…«»*_`\\|\[\]{}~$\"'<>&:]|-{2,}|\.{3,}|\n")
_NAMED = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}
_PLAIN_CODE = ("", "language-plaintext highlighter-rouge")
_WEB = re.compile(r"(?:https?|ftp)://")
_TAG = re.compile(r"<[^>]*>")
_FENCES = re.compile("`+")
_ESCAPED = re.compile(r"[\\.*_+`()\[\]{}#!:|\"'<>$-]")
_ENTITY = re.compile(r"#?\w+;")
_TAG_BEGINS = re.compile(r"[\w/!?]")


class Inline:
    """Reads the inside of elements of one content."""

    def __init__(self, content: bytes, habits: Habits, *, in_table: bool = False) -> None:
        self._content = content
        self._habits = habits
        self._in_table = in_table

    def inside(self, node: Node) -> Parts:
        """The pieces of all that is inside an element."""
        return self.between(node.children, node.inner, node.close)

    def between(self, nodes: list[Node], start: int, end: int) -> Parts:
        """The pieces of elements and the text around them."""
        parts: Parts = []
        for node in nodes:
            parts += self._text(start, node.start)
            parts += self._element(node)
            start = node.end
        return parts + self._text(start, end)

    def _slice(self, start: int, end: int) -> str:
        return self._content[start:end].decode("utf-8", "surrogateescape")

    # Text

    def _text(self, start: int, end: int) -> Parts:
        text = self._slice(start, end)
        parts: Parts = []
        last = 0
        place = start
        for found in _SPECIAL.finditer(text):
            plain = text[last : found.start()]
            if plain:
                parts.append(Piece((plain,), place))
                place += len(plain.encode("utf-8", "surrogateescape"))
            parts.append(Piece.of(place, *self._spellings(text, found)))
            place += len(found[0].encode())
            last = found.end()
        if text[last:]:
            parts.append(Piece((text[last:],), place))
        return parts

    def _spellings(self, text: str, found: re.Match[str]) -> tuple[str, ...]:
        raw = found[0]
        before, after = text[found.start() - 1 : found.start()] or " ", text[found.end() : found.end() + 1] or " "
        if raw in _TYPOGRAPHY:
            return (_TYPOGRAPHY[raw], raw) if self._habits.ascii_typography else (raw, _TYPOGRAPHY[raw])
        if raw in _NAMED:
            return _named(raw, text, found.end())
        if raw[0] == "&" or raw == "\n":
            return (raw,)
        if raw in ('"', "'"):
            return (f"\\{raw}", raw, html.escape(raw))
        if raw[:2] in ("--", ".."):
            return (raw, "\\" + "\\".join(raw))
        escaped = f"\\{raw}"
        return (escaped, raw) if self._is_markup(raw, before, after) else (raw, escaped)

    def _is_markup(self, raw: str, before: str, after: str) -> bool:
        """Whether a character would most likely be read as markup."""
        if raw == "*":
            return not (before.isspace() and after.isspace())
        if raw == "_":
            return not (before.isalnum() and after.isalnum())
        if raw == "|":
            return self._in_table
        return raw == "`" or (raw == "\\" and bool(_ESCAPED.match(after)))

    # Elements

    def _element(self, node: Node) -> Parts:
        names = set(node.attributes)
        if node.name in ("em", "strong", "del") and not names:
            return self._marked(node)
        if node.name == "code" and names <= {"class"} and node.attributes.get("class", "") in _PLAIN_CODE:
            return self._code(node)
        if node.name == "a" and names <= {"href", "title"} and "href" in names:
            return self._link(node)
        if node.name == "img" and names <= {"src", "alt", "title"} and "src" in names:
            attributes = node.attributes
            text = f"![{attributes.get('alt', '')}]({_target(attributes['src'])}{_title(attributes)})"
            return [Piece.of(node.start, text, self._slice(node.start, node.end))]
        if node.name == "br" and self._content[node.end : node.end + 1] == b"\n":
            return [Piece.of(node.start, "  ", "\\\\", "<br />", "<br>")]
        return [Piece((raw,), node.start) for raw in [self._slice(node.start, node.end)]]

    def _marked(self, node: Node) -> Parts:
        star = self._habits.emphasis
        marks = {"em": (star, "_" if star == "*" else "*"), "strong": (star * 2, "__" if star == "*" else "**")}.get(
            node.name, ("~~",)
        )
        choice = Choice(len(marks))
        return [Piece(marks, node.start, choice), *self.inside(node), Piece(marks, node.close, choice)]

    def _code(self, node: Node) -> Parts:
        text = html.unescape(_TAG.sub("", self._slice(node.inner, node.close)))
        runs = {len(found) for found in _FENCES.findall(text)}
        fence = "`" * next(size for size in range(1, len(text) + 2) if size not in runs)
        gap = " " if text.startswith("`") or text.endswith("`") else ""
        spelt = f"{fence}{gap}{text}{gap}{fence}"
        double = f"``{gap}{text}{gap}``" if fence == "`" else spelt
        return [Piece.of(node.start, spelt, double, self._slice(node.start, node.end))]

    def _link(self, node: Node) -> Parts:
        target = node.attributes["href"]
        shown = html.unescape(self._slice(node.inner, node.close))
        raw = self._slice(node.start, node.end)
        if (shown == target and _WEB.match(target)) or f"mailto:{shown}" == target:
            return [Piece.of(node.start, f"<{shown}>", f"[{shown}]({target})", raw)]
        return [
            Piece(("[",), node.start),
            *self.inside(node),
            Piece.of(node.close, f"]({_target(target)}{_title(node.attributes)})", f"](<{target}>{_title(node.attributes)})"),
        ]


def _named(raw: str, text: str, end: int) -> tuple[str, ...]:
    """The spellings of a character that HTML has a name for."""
    plain = _NAMED[raw]
    if raw == "&amp;":
        return (raw, plain) if _ENTITY.match(text, end) else (plain, raw)
    if raw == "&lt;":
        return ("\\<", plain, raw) if _TAG_BEGINS.match(text, end) else (plain, "\\<", raw)
    return (plain, f"\\{plain}", raw)


def _title(attributes: dict[str, str]) -> str:
    return f' "{attributes["title"]}"' if "title" in attributes else ""


def _target(url: str) -> str:
    depth = 0
    for character in url:
        depth += (character == "(") - (character == ")")
        if depth < 0 or character in " <>":
            return f"<{url}>"
    return f"<{url}>" if depth else url
