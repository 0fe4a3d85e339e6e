"""Text of a page -> pieces of Markdown: typography, characters that could be markup, the starts of lines."""

from __future__ import annotations

import html
import re
from typing import TYPE_CHECKING

from crawler.reconstruct.draft import Choice, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.reconstruct.context import Context

_NAMED = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&amp;": "&"}
_SPECIAL = re.compile(
    r"\\\((?:[^\\]|\\(?!\))){1,1000}+\\\)|&(?:amp|lt|gt|quot|nbsp|#\d+);"
    r"|[“”‘’„‚‹›–—…«»*_`\\|\[\]{}~$\"'<>&:]|-{2,}|\.{3,}|\n *"
)
_ENTITY = re.compile(r"#?\w+;")
_TAG_BEGINS = re.compile(r"[^\W\d]|[/!?]")
_OPENED = re.compile(r"&lt;(\w+)")
#: What looks like a tag, behind its "<".
_TAG = re.compile(r"(?P<name>/?\w++)[^<>&\n]{0,100}+&gt;")
#: Markup that begins a line.
_LINE_BEGINS = re.compile(r"#{1,6}|>|[-+] |\d+(?=\. )|=+(?=\s)|-(?=-*\s)|:(?= )")
#: Chinese, Japanese and Korean writing has quotes, dashes and dots of its own.
_ASIAN = "[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]"
_ASIAN_TYPOGRAPHY = re.compile(f"{_ASIAN}[“”‘’…—]|[“”‘’…—]{_ASIAN}|——|……")


class Text:
    """Reads the text of one block; quotes that belong together are spelt alike."""

    def __init__(self, context: Context, block: str, begin: int, *, in_table: bool = False) -> None:
        self._context = context
        self._typography = context.typography
        self._in_table = in_table
        self._asian = bool(_ASIAN_TYPOGRAPHY.search(block))
        self._opened_tags = frozenset(_OPENED.findall(block))
        #: Where what looks like a tag ends, and the choice of how its "<" is spelt.
        self._tag: tuple[int, Choice] | None = None
        self._opened: dict[str, Choice] = {}
        #: A block with "|" would be a table, which shows at its beginning.
        self._begin = begin
        self._pipes = Choice(2)

    def pieces(self, start: int, end: int, *, begins_line: bool = False) -> Iterator[Piece]:
        """The pieces of the text between two bytes."""
        text = self._context.slice(start, end)
        last, place = 0, start
        self._tag = None
        if begins_line:
            yield from self._line_begin(text, 0, start)
            begun = _LINE_BEGINS.match(text)
            last = begun.end() if begun else 0
            place += last
        for found in _SPECIAL.finditer(text):
            if found.start() < last:
                continue
            plain = text[last : found.start()]
            if plain:
                yield Piece((plain,), place)
                place += len(plain.encode("utf-8", "surrogateescape"))
            yield self._special(text, found, place)
            place += len(found[0].encode())
            last = found.end()
            if found[0][0] == "\n":
                begun = _LINE_BEGINS.match(text, last)
                if begun:
                    yield from self._line_begin(text, last, place)
                    last, place = begun.end(), place + len(begun[0])
        if text[last:]:
            yield Piece((text[last:],), place)

    @staticmethod
    def _line_begin(text: str, at: int, place: int) -> Iterator[Piece]:
        begun = _LINE_BEGINS.match(text, at)
        if begun:
            raw = begun[0]
            yield Piece.of(place, raw, f"{raw}\\") if raw.isdigit() else Piece.of(place, raw, f"\\{raw}")

    def _special(self, text: str, found: re.Match[str], place: int) -> Piece:
        raw = found[0]
        if raw in self._typography.ascii:
            return self._made(raw, text, found, place)
        if raw == "&lt;":
            return self._less_than(text, found, place)
        if raw == "&gt;" and self._tag and self._tag[0] == found.start():
            return Piece((raw, "\\>", ">"), place, self._tag[1])
        if raw == "|" and not self._in_table:
            return Piece((raw, f"\\{raw}"), self._begin, self._pipes)
        return Piece.of(place, *self._spellings(raw, text, found))

    def _less_than(self, text: str, found: re.Match[str], place: int) -> Piece:
        """The beginning of what looks like a tag by its name, as its end is then; an end tag alone was meant as one."""
        tag = _TAG.match(text, found.end())
        name = tag["name"] if tag else ""
        if tag and (name[0] != "/" or name[1:] in self._opened_tags):
            choice = Choice(3)
            self._tag = tag.end() - len("&gt;"), choice
            return Piece((found[0], "\\<", "<"), place, choice)
        if tag or not _TAG_BEGINS.match(text, found.end()):
            return Piece.of(place, "<", "\\<", found[0])
        return Piece.of(place, found[0], "\\<", "<")

    def _made(self, raw: str, text: str, found: re.Match[str], place: int) -> Piece:
        """ASCII, or the character itself; nobody types a quote's end that has no beginning, kramdown makes it of ASCII."""
        before, behind = text[found.start() - 1 : found.start()], text[found.end() : found.end() + 1]
        typed = self._typography.ascii[raw]
        inside_word = before.isalnum() and behind.isalnum()
        asian = self._asian and not (
            (raw == "…" and "…" not in before + behind)
            or (raw == "’" and inside_word and (before + behind).isascii())
            or (raw == "”" and typed not in self._opened)
        )
        is_typed = self._typography.own[raw] in self._context.habits.ascii and not asian
        spellings = (typed, raw) if is_typed else (raw, typed)
        choice = Choice(len(spellings))
        if raw in self._typography.opening and not (raw in self._typography.closing and typed in self._opened):
            self._opened[typed] = choice
        elif raw in self._typography.closing and not inside_word:
            choice = self._opened.pop(typed, choice)
        return Piece(spellings, place, choice)

    def _spellings(self, raw: str, text: str, found: re.Match[str]) -> tuple[str, ...]:
        if raw in _NAMED:
            return _named(raw, text, found.end())
        if raw.startswith("\\("):
            return f"$${html.unescape(raw[2:-2])}$$", f"\\{raw[:-2]}\\\\)", raw
        if raw[0] in "&\n" or not raw.isascii():
            return (raw,)
        escaped = "\\" + "\\".join(raw)
        if raw in ('"', "'"):
            return (escaped, raw) if raw in self._typography.curly else (raw, escaped)
        if raw == "|" or (raw == "{" and text.startswith("{:", found.start())):
            return (escaped, raw)
        return (raw, escaped)


def _named(raw: str, text: str, end: int) -> tuple[str, ...]:
    """The spellings of a character that HTML has a name for."""
    plain = _NAMED[raw]
    if raw == "&amp;":
        return (raw, plain) if _ENTITY.match(text, end) else (plain, raw)
    return (plain, f"\\{plain}", raw)
