"""What every reader of a content needs: its bytes, the habits and settings, and what is defined elsewhere in the text."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.reconstruct.habits import Habits

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(slots=True)
class Context:
    """One content under one site's habits and ``kramdown`` settings."""

    content: bytes
    habits: Habits = field(default_factory=Habits)
    kramdown: Mapping[str, object] = field(default_factory=dict)
    #: Abbreviations and what they mean; their definitions stand at the end of a text.
    abbreviations: dict[str, str] = field(default_factory=dict)
    #: The names of footnotes that something refers to.
    footnotes: dict[str, None] = field(default_factory=dict)

    def slice(self, start: int, end: int) -> str:
        """The text between two bytes."""
        return self.content[start:end].decode("utf-8", "surrogateescape")

    @property
    def smart_quotes(self) -> bool:
        """Whether straight quotes become curly."""
        return "apos" not in str(self.kramdown.get("smart_quotes", ""))

    @property
    def hard_wrap(self) -> bool:
        """Whether each end of a line is a break."""
        return bool(self.kramdown.get("hard_wrap", False))

    def definitions(self) -> str:
        """What a block alone lacks: the definitions of abbreviations and footnotes."""
        lines = [f"*[{name}]: {meaning}" for name, meaning in self.abbreviations.items()]
        lines += [f"[^{name}]: x\n" for name in self.footnotes]
        return "\n\n" + "\n".join(lines) if lines else ""
