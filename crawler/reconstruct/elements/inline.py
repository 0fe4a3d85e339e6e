"""Inline elements and text -> pieces of Markdown, as kramdown reads it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from crawler.reconstruct.draft import Choice, Draft, Either, Part, Piece
from crawler.reconstruct.elements.code import span_text
from crawler.reconstruct.elements.markup import attribute_list, html_spellings, is_liquid, is_no_html
from crawler.reconstruct.elements.text import Text
from crawler.reconstruct.references import Link

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crawler.reconstruct.context import Context
    from crawler.reconstruct.nodes import Node

_WEB = re.compile(r"(?:https?|ftp)://")
#: Who gives an image these writes HTML.
_MEASURES = frozenset(("width", "height", "style", "align", "border"))
#: End tags at the end of a block.
_ENDS, _LONGEST_ENDS = re.compile(rb"(?:</[^<>]*>)*"), 300
_FENCES = re.compile("`+")
_OTHER_MARK = str.maketrans("*_", "_*")
#: The inside of these is no Markdown.
_RAW = frozenset(
    name.decode() for name in b"script style math option textarea pre code kbd samp var iframe svg noscript".split()
)


class Inline:
    """Reads the inside of one block."""

    def __init__(self, context: Context, block: Node, *, in_table: bool = False) -> None:
        self._context = context
        self._slice = context.slice
        self._text = Text(context, context.slice(block.inner, block.close), block.start, in_table=in_table)
        self._in_table = in_table
        self._begin, self._end = block.inner, block.close
        #: The pieces inside elements by the first byte of the inside; the drafts of an element share them.
        self._insides: dict[int, list[Part]] = {}
        self._makers: Mapping[str, Callable[[Node], list[Draft]]] = {
            "em": self._marked,
            "strong": self._marked,
            "del": self._marked,
            "code": self._code,
            "a": self._link,
            "img": self._image,
            "br": self._break,
            "sup": self._reference,
            "abbr": self._abbreviation,
            "span": self._mathematics,
        }

    def inside(self, node: Node, *, begins_line: bool = False) -> list[Part]:
        """The pieces of all that is inside an element."""
        if node.inner not in self._insides:
            self._insides[node.inner] = self.between(node.children, node.inner, node.close, begins_line=begins_line)
        return self._insides[node.inner]

    def between(self, nodes: Sequence[Node], start: int, end: int, *, begins_line: bool = False) -> list[Part]:
        """The pieces of elements and the text around them."""
        parts: list[Part] = []
        for node in nodes:
            parts += self._text.pieces(start, node.start, begins_line=begins_line and not parts)
            parts.append(self._element(node))
            start = node.end + len(self._left_of_line_end(node) or "")
        parts += self._text.pieces(start, end, begins_line=begins_line and not parts)
        return parts

    def _element(self, node: Node) -> Part:
        left = self._left_of_line_end(node)
        if left is not None:
            typed = html_spellings(self._slice(node.start, node.end), self._context.habits.void_end)[0]
            marks = ("", "  ", typed) if self._context.hard_wrap else ("  ", typed)
            return Draft([Piece.of(node.start, *(f"{mark}\n" for mark in marks), f"{typed}{left}")])
        maker = self._makers.get(node.name)
        drafts = [*(maker(node) if maker else ()), self._html(node)]
        return Either.of(node.start, node.end, drafts) if len(drafts) > 1 else drafts[0]

    def _html(self, node: Node) -> Draft:
        """The element as HTML; Markdown inside it is read."""
        if node.end == node.inner or node.name in _RAW:
            return Draft(
                [Piece.of(node.start, *html_spellings(self._slice(node.start, node.end), self._context.habits.void_end))]
            )
        end = self._slice(node.close, node.end)
        return Draft(
            [
                Piece.of(node.start, *html_spellings(self._slice(node.start, node.inner), self._context.habits.void_end)),
                *self.inside(node),
                Piece.of(node.close, *(("", end) if self._was_left_open(node) else (end,))),
            ]
        )

    def _was_left_open(self, node: Node) -> bool:
        """Whether kramdown closed it: it is no element of HTML, such as ``List<String>``, and ends where the block does."""
        rest = self._context.content[node.end : min(self._end, node.end + _LONGEST_ENDS)]
        return is_no_html(node.name) and node.end + len(rest) == self._end and _ENDS.fullmatch(rest) is not None

    def _with_attributes(self, node: Node, parts: list[Part], own: Sequence[str] = ()) -> list[Draft]:
        """Markdown for an element whose further attributes stand in a list; none where their order tells that they did not."""
        names = list(node.attributes)
        others = {name: value for name, value in node.attributes.items() if name not in own}
        if names[: len(names) - len(others)] != [name for name in own if name in names]:
            return []
        if others:
            parts = [*parts, Piece((attribute_list(others).replace("{: ", "{:"),), node.end)]
        return [Draft(parts)]

    def _marked(self, node: Node) -> list[Draft]:
        own = {"em": self._context.habits.emphasis, "strong": self._context.habits.strong}.get(node.name, "~~")
        marks = (own,) if own == "~~" else (own, own.translate(_OTHER_MARK))
        choice = Choice(len(marks))
        return self._with_attributes(
            node, [Piece(marks, node.start, choice), *self.inside(node), Piece(marks, node.close, choice)]
        )

    def _code(self, node: Node) -> list[Draft]:
        text = span_text(self._slice(node.inner, node.close))
        runs = {len(found) for found in _FENCES.findall(text)}
        fence = "`" * next(size for size in range(1, len(text) + 2) if size not in runs)
        gap = " " if text.startswith("`") or text.endswith("`") else ""
        spellings = [f"{one}{gap}{text}{gap}{one}" for one in dict.fromkeys((fence, max(fence, "``")))]
        if self._in_table and "|" in text:
            spellings = [spellings[0].replace("|", "\\|"), *spellings]
        piece = Piece.of(node.start, *spellings)
        piece.liquid = {one: f"{{% raw %}}{one}{{% endraw %}}" for one in spellings if is_liquid(one) and "\n" not in one}
        parts: list[Part] = [piece]
        others = dict(node.attributes)
        language, *own = others.pop("class", "").removesuffix(" highlighter-rouge").split(" ")
        named = own if language.removeprefix("language-") in self._context.plain_languages else [language, *own]
        others = ({"class": " ".join(named)} if named else {}) | others
        if not others:
            typed = not node.attributes and self._context.marks_spans
            return [self._html(node), Draft(parts)] if typed else [Draft(parts)]
        return [Draft([*parts, Piece((attribute_list(others).replace("{: ", "{:"),), node.end)])]

    def _link(self, node: Node) -> list[Draft]:
        target = node.attributes.get("href")
        if target is None or node.attributes.get("title") == "":
            return []
        shown = html.unescape(self._slice(node.inner, node.close))
        title = _title(node.attributes)
        closings = tuple(dict.fromkeys((f"]({_target(target)}{title})", f"](<{target}>{title})", f"]({target}{title})")))
        closing = Piece.of(node.close, *closings)
        named = self._post_url(target)
        if named:
            closing.liquid = {closings[0]: f"]({named}{title})"}
        inside = self.inside(node)
        if not named:
            self._context.links.append(Link(closing, inside, target, title))
        parts: list[Part] = [Piece(("[",), node.start), *inside, closing]
        drafts = self._with_attributes(node, parts, ("href", "title"))
        if len(node.attributes) == 1 and ((shown == target and _WEB.match(target)) or f"mailto:{shown}" == target):
            own = Draft([Piece((f"<{shown}>",), node.start)])
            return [own, *drafts] if self._context.habits.autolinks else [*drafts, own]
        if any(_is_typed(child) for child in node.children) and set(node.attributes) - {"href", "title"}:
            return [self._html(node), *drafts]
        return drafts

    def _post_url(self, target: str) -> str:
        """The tag that names a post of the site, where the site's posts do so."""
        path, hash_sign, place = target.partition("#")
        habits = self._context.habits
        form = habits.post_url or ("{post}" if habits.post_url_likely else "")
        post = self._context.posts.get(path) if form else None
        if not post:
            return ""
        base, end, name = form.rpartition("}}")
        name = name.replace("{year}", post[:4]).replace("{post}", post)
        return f"{base}{end}{{% post_url {name} %}}{hash_sign}{place}"

    def _image(self, node: Node) -> list[Draft]:
        attributes = node.attributes
        if "src" not in attributes or attributes.get("title") == "":
            return []
        text = f"![{attributes.get('alt', '')}]({_target(attributes['src'])}{_title(attributes)})"
        drafts = self._with_attributes(node, [Piece.of(node.start, text)], ("src", "alt", "title"))
        return [self._html(node), *drafts] if _is_typed(node) else drafts

    def _breaks_line(self, node: Node, behind: bytes) -> bool:
        """Whether a break stands at the end of a line, with this behind it; not the first of its block or behind another."""
        content = self._context.content
        return (
            node.name == "br"
            and not node.attributes
            and content[node.end : node.end + 1] == behind
            and node.start != self._begin
            and not content.endswith((b"\n", b"<br />", b"<br /> "), 0, node.start)
        )

    def _left_of_line_end(self, node: Node) -> str | None:
        """What a layout left of the end of the line behind a break, where kramdown writes one always; ``None`` if all of it."""
        kind = self._context.habits.compressed
        if kind and self._breaks_line(node, b" "):
            return " "
        return "" if kind == "tags" and self._breaks_line(node, b"<") else None

    def _break(self, node: Node) -> list[Draft]:
        if not self._breaks_line(node, b"\n"):
            return []
        spellings = ("", "  ") if self._context.hard_wrap else ("  ",)
        drafts = [Draft([Piece.of(node.start, *spellings)])]
        return [self._html(node), *drafts] if self._context.habits.html_breaks else drafts

    def _reference(self, node: Node) -> list[Draft]:
        """A reference to a footnote."""
        identifier = node.attributes.get("id", "")
        if not identifier.startswith("fnref"):
            return []
        name = re.sub(r":\d+$", "", identifier[6:]) if identifier.count(":") > 1 else identifier[6:]
        name = name.removeprefix(self._context.footnote_prefix)
        self._context.footnotes[name] = None
        return [Draft([Piece((f"[^{name}]",), node.start)])]

    def _mathematics(self, node: Node) -> list[Draft]:
        if node.attributes != {"class": "kdmath"}:
            return []
        text = html.unescape(self._slice(node.inner, node.close))
        return [Draft([Piece((f"${text}$",), node.start)])] if text.startswith("$") and text.endswith("$") else []

    def _abbreviation(self, node: Node) -> list[Draft]:
        if list(node.attributes) != ["title"] or node.children:
            return []
        text = self._slice(node.inner, node.close)
        self._context.abbreviations.setdefault(text, node.attributes["title"])
        return [Draft([Piece((text,), node.start)])]


def _is_typed(node: Node) -> bool:
    """Whether it is an image that was most likely typed as HTML."""
    return node.name == "img" and (bool(_MEASURES & set(node.attributes)) or node.attributes.get("title") == "")


def _title(attributes: Mapping[str, str]) -> str:
    return f' "{attributes["title"]}"' if "title" in attributes else ""


def _target(url: str) -> str:
    depth = 0
    for character in url:
        depth += (character == "(") - (character == ")")
        if depth < 0 or character in "<>":
            return f"<{url}>"
    return f"<{url}>" if depth else url
