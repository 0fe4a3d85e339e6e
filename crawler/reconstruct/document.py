"""The blocks of one content, spelt one by one and then proven as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.reconstruct.blocks import Blocks
from crawler.reconstruct.draft import Draft, Piece
from crawler.reconstruct.nodes import parse
from crawler.reconstruct.search import first_difference, spell, spell_all

if TYPE_CHECKING:
    from crawler.reconstruct.converter import Converter
    from crawler.reconstruct.habits import Habits
    from crawler.reconstruct.nodes import Node

#: How many blocks of one post may turn out to be wrong beside the others only.
_ROUNDS = 12


class Document:
    """Drafts of all blocks of a content."""

    def __init__(self, content: str, habits: Habits) -> None:
        self._content = content
        self._bytes = content.encode()
        self._nodes = parse(self._bytes).children
        blocks = Blocks(self._bytes, habits)
        self._drafts = [blocks.drafts(node) for node in self._nodes]
        self._taken = [0] * len(self._nodes)
        #: What the block is that no Markdown was found for.
        self.failed: str | None = None

    def spell(self, converter: Converter) -> bool:
        """Find a spelling that renders to the content; ``False`` if none was found."""
        crashes = converter.crashes
        wanted = [self._bytes[node.start : node.end].decode() for node in self._nodes]
        blocks = list(zip(self._drafts, wanted, (node.start for node in self._nodes), strict=True))
        taken = spell_all(blocks, converter.convert)
        self._taken = [number if number >= 0 else len(drafts) - 1 for number, drafts in zip(taken, self._drafts, strict=True)]
        for _ in range(_ROUNDS):
            if converter.crashes > crashes:
                self.failed = "The converter ended on it."
                return False
            place = self._prove(converter)
            if place < 0:
                return True
            if not self._next_draft(place):
                break
        return False

    def _prove(self, converter: Converter) -> int:
        """Spell the whole; the first byte that stays different, or -1."""
        draft = self._whole()
        search = spell(draft, self._content, 0, whole=True)
        text = next(search)
        rendered: str | None = None
        try:
            while True:
                (rendered,) = converter.convert([text])
                text = search.send(rendered)
        except StopIteration as end:
            if end.value:
                return -1
        (rendered,) = converter.convert([draft.text()])
        return len(self._content[: max(0, first_difference((rendered or "").strip(), self._content.strip()))].encode())

    def _next_draft(self, place: int) -> bool:
        """Take the next draft of the block at a byte or before it."""
        for number in reversed(range(len(self._nodes))):
            if self._nodes[number].start > place:
                continue
            if self._taken[number] < len(self._drafts[number]) - 1:
                self._taken[number] += 1
                return True
            if self.failed is None:
                self.failed = _short(self._bytes, self._nodes[number])
            if self._nodes[number].end < place:
                break
        return False

    def _whole(self) -> Draft:
        whole = Draft([])
        last = 0
        for node, drafts, taken in zip(self._nodes, self._drafts, self._taken, strict=True):
            whole.parts += [self._gap(last, node.start), drafts[taken]]
            last = node.end
        tail = self._bytes[last:].decode()
        whole.parts.append(Piece((tail,), last) if tail.strip() else Piece.of(last, tail, "\n"))
        return whole

    def _gap(self, start: int, end: int) -> Piece:
        """What stands between two blocks."""
        gap = self._bytes[start:end].decode()
        if gap.strip() or not start:
            return Piece((gap,), start)
        if gap.count("\n") > 1:
            return Piece.of(start, "\n\n", "\n")
        return Piece.of(start, gap, "", "\n\n")

    def text(self) -> str:
        """The Markdown."""
        return self._whole().text()

    def share_of_markdown(self) -> float:
        """How much of the content is given back as Markdown and not as HTML."""
        sizes = [node.end - node.start for node in self._nodes]
        raw = sum(
            size for size, taken, drafts in zip(sizes, self._taken, self._drafts, strict=True) if taken == len(drafts) - 1
        )
        return 1 - raw / sum(sizes) if raw else 1


def _short(content: bytes, node: Node) -> str:
    text = content[node.start : min(node.end, node.start + 60)].decode(errors="ignore")
    return f"Byte {node.start}: {text!r}"
