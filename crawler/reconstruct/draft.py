"""A draft of Markdown: pieces, each with the slice of the content that it stands for and several ways to spell it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: Stands for Liquid until the text is whole; no text has it.
LIQUID = "\ufdd0"


@dataclass(slots=True, eq=False)
class Choice:
    """Which of so many spellings is taken. Pieces that share a choice are spelt alike."""

    options: int
    taken: int = 0


@dataclass(slots=True)
class Piece:
    """A piece of Markdown: its spellings, the likeliest first, and the first byte of the content that it stands for."""

    spellings: tuple[str, ...]
    start: int
    choice: Choice = field(default_factory=lambda: Choice(1))
    #: For a spelling, what stands in the source in its place: Liquid that gives the spelling.
    liquid: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, start: int, *spellings: str) -> Piece:
        """A piece with a choice of its own."""
        return cls(spellings, start, Choice(len(spellings)))

    def text(self, liquid: list[str] | None = None) -> str:
        """The spelling that is taken; with a list for Liquid, :data:`LIQUID` in its place where Liquid gives it."""
        spelling = self.spellings[self.choice.taken]
        if liquid is None or spelling not in self.liquid:
            return spelling
        liquid.append(self.liquid[spelling])
        return LIQUID

    def choices(self) -> Iterator[tuple[int, int, Choice]]:
        """The choice, if there is one, with the first byte of the piece twice, for it has no known end."""
        if self.choice.options > 1:
            yield self.start, self.start, self.choice


@dataclass(slots=True)
class Draft:
    """Pieces and drafts in their order; ``first`` stands before the first line of their text and ``rest`` before the others.

    ``empty`` stands on a line that has nothing else; without it that is ``rest`` without the blank at its end.
    """

    parts: list[Part]
    first: str = ""
    rest: str = ""
    empty: str | None = None

    def text(self, liquid: list[str] | None = None) -> str:
        """The Markdown."""
        text = "".join(part.text(liquid) for part in self.parts)
        if not self.first and not self.rest:
            return text
        head, *lines = text.split("\n")
        blank = self.rest.rstrip() if self.empty is None else self.empty
        if not blank:  # kramdown takes no indentation from a line of blanks
            return "\n".join([self.first + head, *(self.rest + line if line.strip(" ") else line for line in lines)])
        return "\n".join([self.first + head, *(self.rest + line if line else blank for line in lines)])

    def choices(self) -> Iterator[tuple[int, int, Choice]]:
        """All choices in their order, each with the first byte and the end of what it stands for."""
        for part in self.parts:
            yield from part.choices()

    def pieces(self) -> Iterator[Piece]:
        """All pieces that are taken."""
        for part in self.parts:
            if isinstance(part, Piece):
                yield part
            else:
                yield from (part.drafts[part.choice.taken] if isinstance(part, Either) else part).pieces()


@dataclass(slots=True)
class Either:
    """Several drafts of one element, the likeliest first, and the bytes of the element."""

    drafts: list[Draft]
    start: int
    end: int
    choice: Choice
    #: Which of the drafts is the element's HTML, for want of Markdown, and which of them kramdown does not read, if any.
    html: int = -1
    unread: int = -1

    @classmethod
    def of(cls, start: int, end: int, drafts: list[Draft]) -> Either:
        """Drafts with a choice of their own."""
        return cls(drafts, start, end, Choice(len(drafts)))

    @property
    def is_markdown(self) -> bool:
        """Whether the draft that is taken is Markdown."""
        return self.choice.taken not in (self.html, self.unread)

    @property
    def is_unread(self) -> bool:
        """Whether the draft that is taken is HTML that kramdown is told not to read."""
        return self.choice.taken == self.unread

    def text(self, liquid: list[str] | None = None) -> str:
        """The Markdown of the draft that is taken."""
        return self.drafts[self.choice.taken].text(liquid)

    def choices(self) -> Iterator[tuple[int, int, Choice]]:
        """The choice between the drafts, then those in the draft that is taken."""
        if self.choice.options > 1:
            yield self.start, self.end, self.choice
        yield from self.drafts[self.choice.taken].choices()


Part = Piece | Draft | Either
