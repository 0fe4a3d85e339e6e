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

    def pieces(self) -> Iterator[Piece]:
        """The piece itself."""
        yield self


@dataclass(slots=True)
class Draft:
    """Pieces and drafts in their order; ``first`` stands before the first line of their text and ``rest`` before the others."""

    parts: list[Piece | Draft]
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

    def pieces(self) -> Iterator[Piece]:
        """All pieces in their order."""
        for part in self.parts:
            yield from part.pieces()
