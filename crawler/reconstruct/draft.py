"""A draft of Markdown: pieces, each with the slice of the content that it stands for and several ways to spell it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


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

    @classmethod
    def of(cls, start: int, *spellings: str) -> Piece:
        """A piece with a choice of its own."""
        return cls(spellings, start, Choice(len(spellings)))

    def text(self) -> str:
        """The spelling that is taken."""
        return self.spellings[self.choice.taken]

    def choices(self) -> Iterator[tuple[int, int, Choice]]:
        """The choice, if there is one, with the first byte of the piece twice, for it has no known end."""
        if self.choice.options > 1:
            yield self.start, self.start, self.choice


@dataclass(slots=True)
class Draft:
    """Pieces and drafts in their order; ``first`` stands before the first line of their text and ``rest`` before the others."""

    parts: list[Part]
    first: str = ""
    rest: str = ""

    def text(self) -> str:
        """The Markdown."""
        text = "".join(part.text() for part in self.parts)
        if not self.first and not self.rest:
            return text
        head, *lines = text.split("\n")
        blank = self.rest.rstrip()
        return "\n".join([self.first + head, *(self.rest + line if line else blank for line in lines)])

    def choices(self) -> Iterator[tuple[int, int, Choice]]:
        """All choices in their order, each with the first byte and the end of what it stands for."""
        for part in self.parts:
            yield from part.choices()


@dataclass(slots=True)
class Either:
    """Several drafts of one element, the likeliest first, and the bytes of the element."""

    drafts: list[Draft]
    start: int
    end: int
    choice: Choice

    @classmethod
    def of(cls, start: int, end: int, drafts: list[Draft]) -> Either:
        """Drafts with a choice of their own."""
        return cls(drafts, start, end, Choice(len(drafts)))

    def text(self) -> str:
        """The Markdown of the draft that is taken."""
        return self.drafts[self.choice.taken].text()

    def choices(self) -> Iterator[tuple[int, int, Choice]]:
        """The choice between the drafts, then those in the draft that is taken."""
        if self.choice.options > 1:
            yield self.start, self.end, self.choice
        yield from self.drafts[self.choice.taken].choices()


Part = Piece | Draft | Either
