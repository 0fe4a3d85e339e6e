"""The inline half of :mod:`benchmarks.same_source`: emphasis by stars, and links that say where they lead in their place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: What a definition says behind its colon, by its name in lower case.
Definitions = dict[str, str]
_DEFINITION = re.compile(
    r" {0,3}\[(?!\^)([^\n\]]+)\]:[ \t]*(?:<([^>\n]*)>|([^\s'\"<][^\n]*?))(?:[ \t]*?\n?[ \t]*?([\"'])(.+?)\4)?[ \t]*(?:\n|$)",
    re.MULTILINE,
)
#: What no emphasis and no link is looked for in.
_CLOSED = re.compile(
    r"""\\[^\n]                                           # an escape
    | (?P<ticks>`+)(?:(?!(?P=ticks)).)+?(?P=ticks)(?!`)      # code
    | <[A-Za-z/!][^>]*>                                      # a tag
    | \{\{.*?\}\} | \{%.*?%\} | \{:.*?\}             # Liquid, and a list of attributes
    | (?<=\])\([^()\n]*(?:\([^()\n]*\)[^()\n]*)*\)   # where a link leads
    | https?://[^\s<>()\]]+
    | \$\$.+?\$\$""",
    re.DOTALL | re.VERBOSE,
)
_PART = re.compile(r"_+|!?\[|\]")


def definitions(texts: Iterable[str]) -> Definitions:
    """Every link definition that a text begins with; the first of a name counts."""
    found: Definitions = {}
    for text in texts:
        for match in _leading(text):
            title = f' "{match[5]}"' if match[5] else ""
            address = match[2] if match[3] is None else match[3].strip()
            found.setdefault(_name(match[1]), address + title)
    return found


def _leading(text: str) -> Iterator[re.Match[str]]:
    place = 0
    while match := _DEFINITION.match(text, place):
        yield match
        place = match.end()


def _name(text: str) -> str:
    return " ".join(text.split()).lower()


@dataclass(slots=True)
class _Piece:
    text: str
    closed: bool = False


def even_inline(text: str, known: Definitions) -> str:
    """The text with definitions taken out, links written in place, and stars for underscores that emphasise."""
    ends = [match.end() for match in _leading(text)]
    pieces = list(_pieces(text[ends[-1] :] if ends else text))
    _emphasis(pieces)
    return _links([piece.text for piece in pieces], known)


def _pieces(text: str) -> Iterator[_Piece]:
    place = 0
    for closed in _CLOSED.finditer(text):
        yield from _open(text[place : closed.start()])
        yield _Piece(closed[0], closed=True)
        place = closed.end()
    yield from _open(text[place:])


def _open(text: str) -> Iterator[_Piece]:
    place = 0
    for part in _PART.finditer(text):
        if part.start() > place:
            yield _Piece(text[place : part.start()])
        yield _Piece(part[0])
        place = part.end()
    if place < len(text):
        yield _Piece(text[place:])


def _emphasis(pieces: list[_Piece]) -> None:
    """Turn each pair of underscores around words into stars."""
    waiting: dict[int, list[int]] = {}
    for number, piece in enumerate(pieces):
        if piece.closed or not piece.text.startswith("_"):
            continue
        before = pieces[number - 1].text[-1:] if number else " "
        behind = pieces[number + 1].text[:1] if number + 1 < len(pieces) else " "
        openers = waiting.setdefault(len(piece.text), [])
        if openers and not before.isspace() and not behind.isalnum():
            for place in (openers.pop(), number):
                pieces[place].text = "*" * len(piece.text)
        elif not behind.isspace() and not before.isalnum():
            openers.append(number)


def _links(parts: list[str], known: Definitions) -> str:
    """Join the parts, with the address of each link that a definition has put behind its text."""
    if not known:
        return "".join(parts)
    texts: list[list[str]] = [[]]
    number = 0
    while number < len(parts):
        part = parts[number]
        number += 1
        if part in {"[", "!["}:
            texts.append([part])
        elif part == "]" and len(texts) > 1:
            number = _close(texts, parts, number, known)
        else:
            texts[-1].append(part)
    return "".join("".join(text) for text in texts)


def _close(texts: list[list[str]], parts: list[str], number: int, known: Definitions) -> int:
    """Close the innermost bracket; gives the number of the part to read on from."""
    opening, *inner = texts.pop()
    text, name, end = "".join(inner), None, number
    behind = parts[number : number + 4]
    if behind[:1] == ["["] or behind[:2] == [" ", "["]:
        start = number + behind.index("[") + 1
        stop = next((place for place in range(start, min(start + 8, len(parts))) if parts[place] == "]"), None)
        if stop is not None:
            name, end = "".join(parts[start:stop]) or text, stop + 1
    elif not behind or not behind[0].startswith("("):
        name = text
    place = known.get(_name(name)) if name is not None else None
    if place is None:
        texts[-1] += [opening, text, "]"]
        return number
    texts[-1] += [opening, text, f"]({place})"]
    return end
