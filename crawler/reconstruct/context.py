"""What every reader of a content needs: its bytes, the habits and settings, and what is defined elsewhere in the text."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from crawler.reconstruct.habits import Habits
from crawler.reconstruct.kramdown.typography import Typography
from crawler.reconstruct.white_space import compressed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.reconstruct.draft import Piece
    from crawler.reconstruct.references import Link

#: What leads from a footnote to one of the places that refer to it.
_WAY_BACK = re.compile(r'href="#fnref:([^"]*?)(?::\d+)?"')
_FOOTNOTES = '<div class="footnotes"'
_HEADING = "heading-for-contents"
_CONTENTS = re.compile(
    rf'<([uo])l(?: [^<>]*)? id="markdown-toc">\s*<li><a href="#{_HEADING}"[^>]*>{_HEADING}</a></li>\s*</\1l>'
)


@dataclass(slots=True)
class Context:
    """One content under one site's habits and ``kramdown`` settings."""

    content: bytes
    habits: Habits = field(default_factory=Habits)
    kramdown: Mapping[str, object] = field(default_factory=dict)
    #: How many characters may still be rendered of blocks.
    left: int = 0
    #: The file names of the site's posts, without extension, by the paths of their pages.
    posts: Mapping[str, str] = field(default_factory=dict)
    #: Pieces that Jekyll's ``highlight`` may have made: start, code and end of the tag.
    highlighted: list[tuple[Piece, tuple[str, str, str]]] = field(default_factory=list)
    #: Links that may be written by reference.
    links: list[Link] = field(default_factory=list)
    #: Abbreviations and what they mean; their definitions stand at the end of a text.
    abbreviations: dict[str, str] = field(default_factory=dict)
    #: The names of footnotes that something refers to.
    footnotes: dict[str, None] = field(default_factory=dict)

    #: The list of headings that kramdown makes where it is told to.
    contents: str = ""
    #: What kramdown makes of ASCII quotes, dashes and dots.
    typography: Typography = field(init=False)

    def __post_init__(self) -> None:
        self.typography = Typography.of(self.kramdown)

    def slice(self, start: int, end: int) -> str:
        """The text between two bytes."""
        return self.content[start:end].decode("utf-8", "surrogateescape")

    @property
    def plain_languages(self) -> frozenset[str]:
        """The languages of code that was given none."""
        options = self.kramdown.get("syntax_highlighter_opts")
        named = options.get("default_lang") if isinstance(options, dict) else None
        return frozenset(("", str(named or "plaintext")))

    @property
    def marks_spans(self) -> bool:
        """Whether kramdown gives each code span a class, so that one without was typed as HTML."""
        options = self.kramdown.get("syntax_highlighter_opts")
        spans = options.get("span") if isinstance(options, dict) else None
        off = {"disable": True}
        return "syntax_highlighter" not in self.kramdown and all(
            not isinstance(one, dict) or not off.items() <= one.items() for one in (options, spans)
        )

    @property
    def header_offset(self) -> int:
        """By how many levels headings are shown deeper than they are typed."""
        offset = self.kramdown.get("header_offset")
        return offset if isinstance(offset, int) else 0

    @property
    def footnote_prefix(self) -> str:
        """What stands before the names of footnotes in their identifiers."""
        return str(self.kramdown.get("footnote_prefix") or "")

    @property
    def hard_wrap(self) -> bool:
        """Whether each end of a line is a break."""
        return bool(self.kramdown.get("hard_wrap", False))

    def lacking(self, text: str, wanted: str) -> str:
        """What a block lacks that is rendered without the others: definitions of abbreviations and footnotes, a heading."""
        if _FOOTNOTES in wanted:
            times = Counter(_WAY_BACK.findall(wanted))
            return "\n\n" + " ".join(
                f"[^{name}]" for name in self.footnotes for _ in range(times[self.footnote_prefix + name] or 1)
            )
        lines = [f"*[{name}]: {meaning}" for name, meaning in self.abbreviations.items() if name in text]
        lines += [f"[^{name}]: x\n" for name in self.footnotes if f"[^{name}]" in text]
        if self.contents and self.contents in wanted:
            level = re.match(r"\d", str(self.kramdown.get("toc_levels", "1..6")))
            lines.append(f"{'#' * int(level[0] if level else 1)} {_HEADING} {{#{_HEADING}}}")
        return "\n\n" + "\n".join(lines) if lines else ""

    def completed(self, rendered: str, wanted: str) -> str:
        """A rendered block without what was added to it, and with the table of contents of the whole."""
        before, notes, after = rendered.partition(_FOOTNOTES)
        rendered = notes + after if _FOOTNOTES in wanted else before
        if self.contents and self.contents in wanted:
            rendered = re.split(rf'<h\d id="{_HEADING}">', rendered)[0]
            rendered = _CONTENTS.sub(lambda _: self.contents, rendered)
        return compressed(rendered, self.habits.compressed) if self.habits.compressed else rendered.strip("\n")
