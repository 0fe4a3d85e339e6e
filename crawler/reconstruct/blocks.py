"""Block elements -> drafts of Markdown, as kramdown reads it."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from crawler.reconstruct.draft import Choice, Draft, Piece
from crawler.reconstruct.inline import Inline
from crawler.reconstruct.nodes import Node

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from crawler.reconstruct.habits import Habits

_HEADING = re.compile("h[1-6]")
_TAG = re.compile(r"<[^>]*>")
_ROUGE = re.compile(
    r'<div class="language-(?P<language>[^ "]+) highlighter-rouge"><div class="highlight"><pre class="highlight"><code>'
    r'(?:<table class="rouge-table"><tbody><tr><td class="[^"]*"><pre class="lineno">[\d\n]*</pre></td>'
    r'<td class="[^"]*"><pre>)?'
    r"(?P<text>.*?)(?:</pre></td></tr></tbody></table>)?</code></pre></div>\s*</div>",
    re.DOTALL,
)
_PRE = re.compile(r'<pre><code(?: class="language-(?P<language>[^ "]+)")?>(?P<text>.*)</code></pre>', re.DOTALL)
_BLOCKS = frozenset(
    name.decode()
    for name in b"address article aside blockquote details dd div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5"
    b" h6 header hr iframe li main nav ol p pre script section style table tbody td tfoot th thead tr ul video".split()
)
#: A paragraph that begins like this begins like another block.
_LIKE_BLOCK = re.compile(r"(#{1,6}|>|[-+*] |\d+\. |: |=+\s*$|-+\s*$|\|)")
_WITH_ATTRIBUTES = frozenset(("p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "table"))
_ALIGNED = {"text-align: left": ":---", "text-align: right": "---:", "text-align: center": ":---:"}


def _raw_spellings(raw: str) -> list[str]:
    """The HTML itself, and how a person writes what kramdown writes like that."""
    short = re.sub(r"(?<=[\w-])=\"\"(?=[\s>/])", "", raw)
    open_ended = re.sub(r" />", ">", short)
    tight = re.sub(r" />", "/>", short)
    return list(dict.fromkeys((open_ended, short, tight, re.sub(r" />", ">", raw), raw)))


def attribute_list(attributes: dict[str, str]) -> str:
    """A list of attributes, as kramdown reads it.

    >>> attribute_list({"class": "a b", "id": "c", "title": "d"})
    '{: .a .b #c title="d"}'
    """
    parts = []
    for name, value in attributes.items():
        if name == "class":
            parts += [f".{one}" for one in value.split()]
        else:
            parts.append(f"#{value}" if name == "id" else f'{name}="{value}"')
    return f"{{: {' '.join(parts)}}}"


class Blocks:
    """Makes drafts of the blocks of one content."""

    def __init__(self, content: bytes, habits: Habits) -> None:
        self._content = content
        self._habits = habits
        self._makers: Mapping[str, Callable[[Node], Draft | None]] = {
            "p": self._paragraph,
            "blockquote": self._quote,
            "ul": self._list,
            "ol": self._list,
            "hr": self._rule,
            "div": self._code,
            "pre": self._code,
            "table": self._table,
        } | dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), self._heading)

    def drafts(self, node: Node) -> list[Draft]:
        """The drafts of one block, the likeliest first; the last is the HTML itself."""
        found = [self._markdown(node)]
        if node.name in _WITH_ATTRIBUTES and node.attributes:
            bare = Node(node.name, {}, node.start, node.inner, node.close, node.end, node.children)
            found.append(self._with_attributes(node, self._markdown(bare)))
        raw = Draft([Piece.of(node.start, *_raw_spellings(self._slice(node.start, node.end)))])
        return [*(draft for draft in found if draft is not None), raw]

    def _with_attributes(self, node: Node, draft: Draft | None) -> Draft | None:
        """A draft with kramdown's list of attributes."""
        if draft is None or not draft.parts:
            return None
        if node.name[0] == "h" and node.name != "hr" and set(node.attributes) == {"id"}:
            return Draft([draft, Piece.of(node.close, f" {{#{node.attributes['id']}}}")])
        return Draft([draft, Piece.of(node.close, f"\n{attribute_list(node.attributes)}")])

    def _slice(self, start: int, end: int) -> str:
        return self._content[start:end].decode("utf-8", "surrogateescape")

    def _markdown(self, node: Node) -> Draft | None:
        if set(node.attributes) - ({"id"} if _HEADING.fullmatch(node.name) else set()) and node.name not in ("div", "pre"):
            return None
        made = self._makers.get(node.name)
        return made(node) if made else None

    def _heading(self, node: Node) -> Draft:
        return Draft([Piece((f"{'#' * int(node.name[1])} ",), node.start), *Inline(self._content, self._habits).inside(node)])

    def _quote(self, node: Node) -> Draft:
        return Draft(self._inside(node, 2), "> ", "> ")

    def _rule(self, node: Node) -> Draft:
        return Draft([Piece.of(node.start, self._habits.rule, "***", "* * *")])

    def _paragraph(self, node: Node) -> Draft:
        draft = Draft(Inline(self._content, self._habits).inside(node))
        begins = _LIKE_BLOCK.match(draft.text())
        if begins:
            first = next(draft.pieces())
            text = first.spellings[0]
            escaped = re.sub(r"^(\d+)\.", r"\1\\.", text) if text[:1].isdigit() else f"\\{text}"
            first.spellings, first.choice = (escaped, text), Choice(2)
        return draft

    def _inside(self, node: Node, indent: int) -> list[Piece | Draft]:
        """The blocks inside an element, whose lines are indented by so many blanks."""
        parts: list[Piece | Draft] = []
        last: Node | None = None
        for child in node.children:
            if last is not None:
                gap = self._content[last.end : child.start].count(b"\n")
                parts.append(Piece(("\n\n" if gap > 1 else "\n",), child.start))
            parts.append(self._dedented(child, indent))
            last = child
        return parts

    def _dedented(self, node: Node, indent: int) -> Draft:
        """The draft of a nested block."""
        draft = self.drafts(node)[0]
        for piece in draft.pieces():
            piece.spellings = tuple(spelling.replace("\n" + " " * indent, "\n") for spelling in piece.spellings)
        return draft

    def _list(self, node: Node) -> Draft | None:
        if not all(child.name == "li" and not child.attributes for child in node.children) or not node.children:
            return None
        parts: list[Piece | Draft] = []
        indent = self._indent_of(node) + 4
        bullets = (self._habits.bullet, *(mark for mark in "*-+" if mark != self._habits.bullet))
        choice = Choice(len(bullets))
        for number, item in enumerate(node.children, 1):
            mark: tuple[str, ...] = (f"{number}. ",) if node.name == "ol" else tuple(f"{bullet} " for bullet in bullets)
            width = len(mark[0])
            inner = self._item(item, indent)
            lead = Piece(mark, item.start, choice if node.name == "ul" else Choice(1))
            parts.append(Draft([lead, Draft(inner, "", " " * width)]))
            if number < len(node.children):
                is_loose = bool(item.children) and item.children[0].name == "p" and self._is_first(item, item.children[0])
                parts.append(Piece(("\n\n" if is_loose else "\n",), item.end))
        return Draft(parts)

    def _is_first(self, item: Node, child: Node) -> bool:
        return not self._content[item.inner : child.start].strip()

    def _indent_of(self, node: Node) -> int:
        line = self._content.rfind(b"\n", 0, node.start) + 1
        lead = self._content[line : node.start]
        return len(lead) if not lead.strip() else 0

    def _item(self, item: Node, indent: int) -> list[Piece | Draft]:
        blocks = [child for child in item.children if child.name in _BLOCKS]
        if not blocks:
            return Inline(self._content, self._habits).between(item.children, item.inner, item.close)
        if self._is_first(item, item.children[0]) and item.children[0] is blocks[0]:
            return self._inside(item, indent)
        inline = [child for child in item.children if child.start < blocks[0].start]
        head = Inline(self._content, self._habits).between(inline, item.inner, self._trimmed(item.inner, blocks[0].start))
        rest = Draft([])
        last: Node | None = None
        for child in blocks:
            gap = self._content[last.end : child.start].count(b"\n") if last else 1
            rest.parts += [Piece(("\n\n" if gap > 1 else "\n",), child.start), self._dedented(child, indent)]
            last = child
        return [*head, *rest.parts]

    def _trimmed(self, start: int, end: int) -> int:
        return start + len(self._content[start:end].rstrip())

    def _code(self, node: Node) -> Draft | None:
        raw = self._slice(node.start, node.end)
        found = _ROUGE.fullmatch(raw) or _PRE.fullmatch(raw)
        if found is None:
            return None
        text = html.unescape(_TAG.sub("", found["text"])).removesuffix("\n")
        language = found["language"] or ""
        shown = "" if language == "plaintext" else language
        fence = "```"
        while fence in text:
            fence += "`"
        fenced = f"{fence}{shown}\n{text}\n{fence}"
        indented = "\n".join(f"    {line}" if line else "" for line in text.split("\n"))
        spellings = [fenced, f"~~~{shown}\n{text}\n~~~", f"~~~ {shown}\n{text}\n~~~"]
        if not shown:
            spellings.insert(int(self._habits.fenced), indented)
        return Draft([Piece.of(node.start, *spellings)])

    def _table(self, node: Node) -> Draft | None:
        lines: list[Piece | Draft] = []
        rows = [row for row in node.inside() if row.name == "tr"]
        for number, row in enumerate(rows):
            cells = [cell for cell in row.children if cell.name in ("td", "th")]
            for cell in cells:
                lines += [
                    Piece(("| " if cell is cells[0] else " | ",), cell.start),
                    *Inline(self._content, self._habits, in_table=True).inside(cell),
                ]
            lines.append(Piece((" |\n" if number < len(rows) - 1 or number == 0 else " |",), row.close))
            if number == 0 and cells and cells[0].name == "th":
                rule = "|".join(_ALIGNED.get(cell.attributes.get("style", ""), "---") for cell in cells)
                lines.append(Piece((f"|{rule}|\n" if len(rows) > 1 else f"|{rule}|",), row.close))
        return Draft(lines) if lines else None
