"""Block elements -> drafts of Markdown, as kramdown reads it."""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

from crawler.reconstruct.draft import Choice, Draft, Either, Part, Piece
from crawler.reconstruct.elements.code import code, highlight
from crawler.reconstruct.elements.footnotes import footnotes
from crawler.reconstruct.elements.inline import Inline
from crawler.reconstruct.elements.lists import Lists
from crawler.reconstruct.elements.markup import attribute_list, html_spellings, without_tags
from crawler.reconstruct.elements.mathematics import blocks_of_math, mathematics
from crawler.reconstruct.elements.tables import table
from crawler.reconstruct.elements.typed_html import has_html_paragraphs, is_html_paragraph
from crawler.reconstruct.nodes import TEXT, Node, segments

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from crawler.reconstruct.context import Context

_HEADING = re.compile("h[1-6]")
#: Quotes that kramdown makes of those that people type; it makes none in HTML.
_TYPOGRAPHY, _PLAIN = re.compile("[A-Za-z]’[a-z]|“[A-Za-z]"), re.compile("[\"']")
_LONGEST_INDENT = 200
_PLAIN_BLOCKS = frozenset(("p", "ul", "ol"))
#: What may be marked to be read as Markdown.
_MARKED = ("div", "section", "article", "aside", "details", "figure", "header", "footer", "main", "nav")


#: HTML that kramdown does not read, and what would end it.
_UNREAD, _END = "{{::nomarkdown}}\n{}\n{{:/}}", "{:/"


class Blocks:
    """Makes drafts of the blocks of one content."""

    def __init__(self, context: Context, nodes: Sequence[Node]) -> None:
        self.context = context
        self._has_html = has_html_paragraphs(context, nodes)
        lists = Lists(self)
        self._makers: Mapping[str, Callable[[Node], Draft | None]] = {
            "p": self._paragraph,
            "blockquote": self._quote,
            "ul": lists.items,
            "ol": lists.items,
            "dl": lists.terms,
            "hr": lambda node: Draft([Piece.of(node.start, self.context.habits.rule, "* * *", "***", "---")]),
            "div": lambda node: code(self.context, node) or footnotes(self, node) or blocks_of_math(self.context, node),
            "pre": lambda node: code(self.context, node),
            "table": lambda node: table(self.context, node),
            "figure": lambda node: highlight(self.context, node),
            TEXT: lambda node: blocks_of_math(self.context, node),
        } | dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), self._heading)

    def drafts(self, node: Node, *, is_html: bool = False) -> list[Draft]:
        """The drafts of one block, the likeliest first; one is the HTML itself, most often the last."""
        raw = Draft(
            [Piece.of(node.start, *html_spellings(self.context.slice(node.start, node.end), self.context.habits.void_end))]
        )
        markdown = [*self._markdown(node), *self._marked(node)]
        return [raw, *markdown] if is_html or self._was_typed(node) else [*markdown, raw]

    def block(self, node: Node) -> Either:
        """A block that is in no other, with a last draft that kramdown leaves as it is: of what it would write otherwise."""
        is_html = self._has_html and is_html_paragraph(self.context, node)
        drafts, content = self.drafts(node, is_html=is_html), self.context.slice(node.start, node.end)
        block = Either.of(node.start, node.end, drafts)
        block.html = -1 if is_html or self._was_typed(node) else len(drafts) - 1
        if _END not in content and content.startswith("<"):
            block = replace(block, drafts=[*drafts, Draft([Piece((_UNREAD.format(content),), node.start)])])
            block.choice = Choice(len(block.drafts))
            block.unread = len(drafts)
        return block

    def inside(self, nodes: Sequence[Node], indent: int) -> list[Part]:
        """The blocks inside an element and what stands between them; HTML in it is indented by so many blanks."""
        parts: list[Part] = []
        last: Node | None = None
        for node in nodes:
            if last is not None:
                parts.append(gap(self.context, self.context.slice(last.end, node.start), last, node))
            drafts = self.drafts(node)
            if indent:
                raw = self.context.slice(node.start, node.end).replace("\n" + " " * indent, "\n")
                drafts.insert(-1, Draft([Piece.of(node.start, *html_spellings(raw, self.context.habits.void_end))]))
            parts.append(Either.of(node.start, node.end, drafts))
            last = node
        return parts

    def _markdown(self, node: Node) -> list[Draft]:
        maker = self._makers.get(node.name)
        made = maker(node) if maker else None
        if made is None:
            return []
        attributes = node.attributes if node.attributes.get("class") != "task-list" else {}
        if not attributes or node.name in ("div", "pre", "hr", "figure"):
            return [made]
        if node.attributes.get("id") == "markdown-toc":
            mark = "1." if node.name == "ol" else self.context.habits.bullet
            self.context.contents = self.context.slice(node.start, node.end)
            others = {name: value for name, value in attributes.items() if name != "id"}
            more = attribute_list(others).removeprefix("{:").removesuffix("}") if others else ""
            return [Draft([Piece((f"{mark} TOC\n{{:toc{more}}}",), node.start)]), made]
        if _HEADING.fullmatch(node.name) and set(attributes) == {"id"}:
            return [made, Draft([made, Piece((f" {{#{attributes['id']}}}",), node.close)])]
        others = dict(attributes)
        identifier = {"id": others.pop("id")} if _HEADING.fullmatch(node.name) and "id" in attributes else {}
        drafts = [Draft([made, Piece((f"\n{attribute_list(some)}",), node.close)]) for some in (others, others | identifier)]
        return drafts if identifier else drafts[:1]

    def _was_typed(self, node: Node) -> bool:
        """Whether it was most likely typed as HTML: nobody writes ``align`` in a list of attributes.

        Nor is ``---`` a rule directly below text, but makes a heading of it: only a rule with blanks in it is one there.
        """
        if node.name == "hr" and not self.context.habits.compressed:
            is_below = self.context.content.endswith(b"</p>\n", 0, node.start)
            return is_below and " " not in self.context.habits.rule
        return "align" in node.attributes and not _TYPOGRAPHY.search(self.context.slice(node.inner, node.close))

    def _marked(self, node: Node) -> list[Draft]:
        """An element whose inside kramdown was told to read."""
        if node.name not in _MARKED or not (self._is_indented(node) or any(self._is_made(one) for one in node.inside())):
            return []
        if not self._is_indented(node) and not any(self._is_made(child) for child in node.children):
            return [self._around(node)]
        inner = self.context.slice(node.inner, node.close)
        start = self.context.slice(node.start, node.inner)
        mark = "" if self.context.kramdown.get("parse_block_html") else ' markdown="1"'
        opened = tuple(f"{start[: len(node.name) + 1]}{mark}{start[len(node.name) + 1 :]}{space}" for space in ("\n", "\n\n"))
        parts = self.inside(segments(self.context.content, node), 0)
        ends = ("\n", "\n\n") if not inner.endswith("\n\n") else ("\n\n", "\n")
        closing = Piece.of(node.close, *(f"{end}{self.context.slice(node.close, node.end)}" for end in ends))
        return [Draft([Piece.of(node.start, *opened), *parts, closing])]

    def _around(self, node: Node) -> Draft:
        """HTML around an element whose inside kramdown was told to read."""
        parts: list[Part] = []
        last = node.start
        for child in node.children:
            marked = self._marked(child)
            if marked:
                parts += [
                    Piece.of(last, *html_spellings(self.context.slice(last, child.start), self.context.habits.void_end)),
                    marked[0],
                ]
                last = child.end
        return Draft(
            [*parts, Piece.of(last, *html_spellings(self.context.slice(last, node.end), self.context.habits.void_end))]
        )

    def _is_made(self, node: Node) -> bool:
        """Whether it is what kramdown makes and hardly anybody writes."""
        if self._is_indented(node):
            return True
        if node.name == "p" and not node.attributes:
            text = self.context.slice(node.inner, node.close)
            return bool(_TYPOGRAPHY.search(text)) and not _PLAIN.search(without_tags(text))
        if node.name[0] == "h" and node.name[1:].isdigit():
            return "id" in node.attributes
        return node.attributes.get("id") == "markdown-toc" or node.attributes.get("class", "").endswith("highlighter-rouge")

    def _is_indented(self, node: Node) -> bool:
        """Whether kramdown indented what is inside: blocks two blanks further in than the element, blank lines between them."""
        if (
            node.name not in _MARKED
            or not node.children
            or any(one.attributes for one in node.children if one.name in _PLAIN_BLOCKS)
        ):
            return False
        line = self.context.content.rfind(b"\n", max(0, node.start - _LONGEST_INDENT), node.start) + 1
        gap = "\n" + " " * (node.start - line)
        inner = [self.context.slice(one.end, other.start) for one, other in pairwise(node.children)]
        if not inner or set(inner) - {f"\n{gap}  ", f"{gap}  "} or f"\n{gap}  " not in inner:
            return False
        edges = self.context.slice(node.inner, node.children[0].start), self.context.slice(node.children[-1].end, node.close)
        return edges == (f"{gap}  ", gap)

    def _heading(self, node: Node) -> Draft:
        level = max(1, min(6, int(node.name[1]) - self.context.header_offset))
        inside = Inline(self.context, node).inside(node)
        atx = Draft([Piece((f"{'#' * level} ",), node.start), *inside])
        if level > len("=-"):
            return atx
        length = max(3, len(Draft(inside).text()))
        setext = Draft([*inside, Piece(("\n" + "=-"[level - 1] * length,), node.close)])
        drafts = [setext, atx] if self.context.habits.setext else [atx, setext]
        return Draft([Either.of(node.start, node.end, drafts)])

    def _quote(self, node: Node) -> Draft | None:
        """A quote; kramdown keeps the blank lines that it begins or ends with."""
        nodes = segments(self.context.content, node)
        parts = self.inside(nodes, 2)
        empty = "> " if self.context.habits.quote_blank else ">"
        edges = ((node.inner, nodes[0].start), (nodes[-1].end, node.close)) if nodes else ()
        begins, ends = map(self._has_blank_line, edges) if edges else (False, False)
        before, behind = [Piece(("\n",), node.inner)] * begins, [Piece(("\n",), node.close)] * ends
        return Draft([*before, *parts, *behind], empty if begins else "> ", "> ", empty)

    def _has_blank_line(self, edge: tuple[int, int]) -> bool:
        return self.context.slice(*edge).count("\n") > 1

    def _paragraph(self, node: Node) -> Draft:
        text = mathematics(self.context.slice(node.inner, node.close))
        if text is not None:
            return Draft([Piece.of(node.start, f"$${text}$$")])
        return Draft(Inline(self.context, node).inside(node, begins_line=True))


def gap(context: Context, between: str, last: Node, node: Node) -> Piece:
    """What stands between two blocks; two lists are one without a line that ends the first."""
    apart = ("\n^\n\n", "\n^\n") if last.name == node.name and node.name in ("ul", "ol", "blockquote", "dl") else ()
    if context.habits.compressed or between.count("\n") > 1:
        return Piece.of(node.start, "\n\n", "\n", *apart)
    return Piece.of(node.start, *(("\n", "\n\n", "") if between else ("", "\n", "\n\n")), *apart)
