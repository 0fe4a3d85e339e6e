"""The blocks of one content, spelt one by one and then proven as a whole."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.markup.titles.markdown import escape_liquid
from crawler.reconstruct.context import Context
from crawler.reconstruct.draft import LIQUID, Draft, Either, Piece
from crawler.reconstruct.elements.blocks import Blocks, gap
from crawler.reconstruct.liquid.with_tags import with_tags
from crawler.reconstruct.nodes import parse, segments
from crawler.reconstruct.search import first_difference, spell, spell_all
from crawler.reconstruct.white_space import compressed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from crawler.reconstruct.habits import Habits
    from crawler.reconstruct.nodes import Node
    from crawler.reconstruct.references import References
    from crawler.reconstruct.ruby.converter import Converter

#: So many characters are rendered at most, of blocks and of the whole: a number, and so many times the content.
_LEAST, _TIMES = 150_000, 40
#: How many blocks of one post may turn out to be wrong beside the others only.
_ROUNDS = 12
#: A post of which less than this share is Markdown was most likely an HTML file.
_LEAST_MARKDOWN = 0.2
#: Straight quotes and curly ones; so many of the former, and so many times as many, are none that somebody escaped here and
#: there, as for inches. What straight ones are called that stay so.
_STRAIGHT, _CURLY, _SEVERAL, _TIMES_CURLY = re.compile("['\"]"), re.compile("[“”‘’]"), 3, 4
_PLAIN = frozenset(("apos", "quot"))
#: Code within a text, and tags.
CODE, TAG = re.compile(r"<code\b[^<>]*+>[^<]*+</code>"), re.compile(r"<[^<>]*+>")
#: What Markdown makes, and nobody writes: identifiers of headings, code that was highlighted, notes.
_OF_MARKDOWN = re.compile(r"<h[1-6] id=|highlighter-rouge|<div class=\"footnotes")


class Document:
    """Drafts of all blocks of a content."""

    def __init__(self, content: str, habits: Habits, kramdown: Mapping[str, object], posts: Mapping[str, str]) -> None:
        #: Whether the white space at the end is known.
        self._ended = content.endswith("\n")
        self._content = content if self._ended else content.rstrip()
        self._bytes = self._content.encode()
        self._context = Context(self._bytes, habits, kramdown, posts=posts)
        nodes = segments(self._bytes, parse(self._bytes))
        makers = Blocks(self._context, nodes)
        self._blocks = [makers.block(node) for node in nodes]
        self._whole = Draft([])
        last: Node | None = None
        for node, block in zip(nodes, self._blocks, strict=True):
            between = self._bytes[last.end if last else 0 : node.start].decode()
            self._whole.parts += [
                gap(self._context, between, last, node) if last else Piece((between,), 0),
                block,
            ]
            last = node
        end = last.end if last else 0
        tail = self._bytes[end:].decode() if self._ended else "\n"
        meanings = "".join(f"*[{name}]: {meaning}\n" for name, meaning in self._context.abbreviations.items())
        tails = (f"\n\n{meanings}", f"\n{meanings}") if meanings else (tail, "\n")
        self._whole.parts.append(Piece.of(end, *tails))
        before = self._bytes[nodes[-2].end : nodes[-1].start] if len(nodes) > 1 else b""
        self._has_notes_before = before.strip(b" ") == b"\n" and nodes[-1].attributes.get("class") == "footnotes"
        self._as_shown = self._whole.parts
        self._lines: Mapping[str, str] = {}
        #: The tags that stand in the text that was made last.
        self.liquid: list[str] = []
        #: How many characters may still be rendered of the whole.
        self._left = _LEAST + _TIMES * len(content)
        #: What the block is that no Markdown was found for.
        self.failed: str | None = None

    def spell(self, converter: Converter) -> bool:
        """Find a spelling that renders to the content; ``False`` if none was found."""
        crashes = converter.crashes
        self._highlight(converter)
        self._context.left = _LEAST + _TIMES * len(self._content)

        def render(texts: Sequence[str]) -> list[str | None]:
            rendered = converter.convert(texts)
            if converter.crashes > crashes:
                self._context.left = -1
            return rendered

        spell_all(self._blocks, self._content_of, render, self._context)
        for _ in range(_ROUNDS):
            if converter.crashes > crashes:
                self.failed = "The converter ended on it: it takes too long, or too much memory."
                return False
            if self._left < 0:
                self.failed = "Too much was tried for it."
                return False
            self._place_notes()
            place = self._prove(converter)
            if place < 0:
                return True
            if not self._next_draft(place):
                break
        return False

    def _place_notes(self) -> None:
        """Put the definitions of footnotes before the last block, where no blank line shows behind that: they were not last."""
        if self._has_notes_before:
            notes = self._blocks[-1]
            *others, last, _, _, tail = self._as_shown
            defined = [*others, notes, Piece(("\n\n",), notes.start), last, tail]
            self._whole.parts = defined if notes.is_markdown else self._as_shown

    def _highlight(self, converter: Converter) -> None:
        """Find out which blocks of code Jekyll's own tag makes."""
        pieces = self._context.highlighted
        for piece, made in zip(pieces, converter.highlight([tag for _, tag in pieces]), strict=True):
            raw = piece[0].spellings[0]
            if made == raw:
                # In Markdown, Jekyll has a line break before what the tag gives, and one behind.
                piece[0].spellings = (f"\n{raw}\n" if piece[0].start else f"{raw}\n",)
                piece[0].liquid = {piece[0].spellings[0]: "".join(piece[1])}

    def _content_of(self, block: Either) -> str:
        return self._bytes[block.start : block.end].decode()

    def _prove(self, converter: Converter) -> int:
        """Spell the whole; the first byte that stays different, or -1."""
        search = spell(self._whole, self._content, 0)
        text = next(search)
        try:
            while True:
                text = search.send(self._rendered(converter, text))
        except StopIteration as end:
            if end.value:
                return -1
        return len(
            self._content[: max(0, first_difference(self._rendered(converter, self._whole.text()), self._content))].encode()
        )

    def _rendered(self, converter: Converter, text: str) -> str:
        self._left -= len(text) + 1
        rendered = (converter.convert([text])[0] or "") if self._left > 0 else ""
        if self._context.habits.compressed:
            return compressed(rendered, self._context.habits.compressed)
        return rendered if self._ended else rendered.rstrip()

    def refer(self, converter: Converter, references: References) -> None:
        """Write links by reference where the site's posts do so, and the page stays the same."""
        habits, taken = self._context.habits, {id(piece) for piece in self._whole.pieces()}
        links = [link for link in self._context.links if id(link.closing) in taken]
        chosen = list(references.refer(links, habits.links)) if habits.references else []
        written = references.written(chosen, habits.references) if chosen else habits.ending
        if not written or self._context.abbreviations:
            return
        end = (references.written(chosen, habits.references, escape_liquid) if chosen else written).lstrip("\n")
        resolved = references.resolved(written.lstrip("\n"))
        blank = Piece((written[: len(written) - len(written.lstrip("\n"))],), len(self._bytes))
        tail = Draft([blank, Piece((resolved,), len(self._bytes), liquid={resolved: end})])
        before = [(link.closing, link.closing.spellings) for link, *_ in chosen], self._whole.parts[-1]
        for link, ending, *_ in chosen:
            link.closing.spellings = (ending,) * len(link.closing.spellings)
        self._whole.parts[-1] = tail
        if self._rendered(converter, self._whole.text()).rstrip() != self._content.rstrip():
            for piece, spellings in before[0]:
                piece.spellings = spellings
            self._whole.parts[-1] = before[1]

    def spell_lines(self, converter: Converter, lines: Mapping[str, str]) -> None:
        """Spell whole lines as the samples do, where the page stays the same."""
        text = self._whole.text()
        spelt = _respelt(text, lines)
        if spelt != text and self._rendered(converter, spelt).rstrip() == self._content.rstrip():
            self._lines = lines

    def _next_draft(self, place: int) -> bool:
        """Take the next draft of the block at a byte or before it."""
        for block in reversed(self._blocks):
            if block.start > place:
                continue
            if block.choice.taken < block.choice.options - 1:
                block.choice.taken += 1
                return True
            if self.failed is None:
                self.failed = self._named(block)
            if block.end < place:
                break
        return False

    def share_of_markdown(self) -> float:
        """How much of the content is given back as Markdown and not as HTML."""
        sizes = [(block.end - block.start, block.is_markdown) for block in self._blocks]
        return sum(size for size, markdown in sizes if markdown) / max(1, sum(size for size, _ in sizes))

    def text(self, escape: Callable[[str], str] = escape_liquid) -> str:
        """The Markdown, with Liquid where it is known to give what is rendered; what only looks like Liquid is escaped."""
        self.liquid = liquid = list[str]()
        return with_tags(escape(_respelt(self._whole.text(liquid), self._lines)).split(LIQUID), liquid)

    def unread(self) -> tuple[float, str | None]:
        """How much of the content kramdown is told not to read, and what the first such block is.

        It counts as all where nothing else is told from HTML: paragraphs look alike.
        """
        sizes = [(block.end - block.start, block.is_unread) for block in self._blocks]
        share = sum(size for size, unread in sizes if unread) / max(1, sum(size for size, _ in sizes))
        is_told = any(block.is_markdown and not self._bytes.startswith(b"<p>", block.start) for block in self._blocks)
        first = next((self._named(block) for block in self._blocks if block.is_unread), None)
        return share if is_told else float(share > 0), first

    def _named(self, block: Either) -> str:
        return f"Byte {block.start}: {self._content_of(block)[:60]!r}"

    def was_typed_as_html(self, converter: Converter) -> bool:
        """Whether a Markdown file had all of it as HTML: quotes in its paragraphs are straight, for which Markdown has escapes.

        One of two paragraphs without a blank line between them is HTML in any case. Nothing else may be what Markdown alone
        makes, and HTML has to come out of the converter as it is.
        """
        paragraphs = [block for block in self._blocks if self._bytes.startswith(b"<p>", block.start)]
        written = [block for block in paragraphs if block.is_markdown]
        if not written or _OF_MARKDOWN.search(self._content):
            return False
        are_adjacent = not self._context.habits.compressed and b"</p>\n<p>" in self._bytes
        texts = [TAG.sub("", CODE.sub("", self._content_of(block))) for block in (paragraphs if are_adjacent else written)]
        straight, curly = (sum(len(marks.findall(text)) for text in texts) for marks in (_STRAIGHT, _CURLY))
        needed = 1 if are_adjacent else _SEVERAL
        if straight < needed or curly * _TIMES_CURLY > straight or _PLAIN.intersection(map(str, self._smart_quotes)):
            return False
        return self._rendered(converter, self._content) == self._content

    @property
    def _smart_quotes(self) -> Iterable[object]:
        """What the converter makes of straight quotes, by name; nothing, if it is Jekyll's own."""
        told = self._context.kramdown.get("smart_quotes", ())
        return told.split(",") if isinstance(told, str) else told if isinstance(told, (list, tuple)) else ()

    def was_html(self) -> bool:
        """Whether it was most likely no Markdown: nearly all of it is given back as HTML, and what is not is mere text."""
        sizes = {False: 0, True: 0}
        for block in self._blocks:
            sizes[not block.is_markdown] += block.end - block.start
            if block.is_markdown and self._bytes[block.start : block.start + 3] not in (b"<p>", b"<p "):
                return False
        return sizes[False] < _LEAST_MARKDOWN * (sizes[False] + sizes[True])


def _respelt(text: str, lines: Mapping[str, str]) -> str:
    return "\n".join(lines.get(line, line) for line in text.split("\n")) if lines else text
