"""The quotes, dashes and dots that kramdown makes of ASCII under a site's settings."""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

#: Kramdown's own quotes: single and double ones, each at the beginning and at the end.
_QUOTES = "‘’“”"
_STRAIGHT = "''\"\""
_SYMBOLS = {"ndash": "--", "mdash": "---", "hellip": "...", "laquo": "<<", "raquo": ">>"}
_SYMBOL = {name: html.unescape(f"&{name};") for name in _SYMBOLS}
_NAMES = {"'": "apos", '"': "quot", "‘": "lsquo", "’": "rsquo", "“": "ldquo", "”": "rdquo"} | {
    "‚": "sbquo",
    "„": "bdquo",
    "‹": "lsaquo",
    "›": "rsaquo",
    "«": "laquo",
    "»": "raquo",
}
#: Double quotes, and the single ones that go with them; the second of these is the apostrophe, too.
_CONVENTIONS = {"“”": "‘’", "„“": "‚‘", "„”": "‚’", "»«": "›‹", "«»": "‹›", "””": "’’", '""': "''"}
_NO_TEXT = re.compile(r"<(pre|code|script|style)\b.*?</\1>|\\\(.*?\\\)|\\\[.*?\\\]", re.DOTALL)
_TAG = re.compile("<[^>]*>")
_OPEN, _CLOSE = re.compile(r"(?<![^\s(])([“”„«»\"])(?=\w)"), re.compile(r"(?<=[\w.,!?])([“”«»\"])(?![^\s.,;:!?)])")
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])([‘’‚‹›'])(?=[^\W\d_])")
#: So many double quotes that are alike are no chance, and so many out of a hundred.
_FEW, _MOST = 8, 90
#: What is typed for symbols, where it is shown as it is.
_TYPED = {"hellip": r"(?<=\w)\.\.\.", "mdash": r"(?<=[\w\s])---(?=[\w\s])", "ndash": r"(?<=[\w\s])--(?=[\w\s])"}
_ASCII = r"(?<=[\w\s>])(?:\.\.\.|---?)(?=[\w\s<])"
_NO_SYMBOLS = "no_auto_typographic"


@dataclass(frozen=True, slots=True)
class Typography:
    """What is made of ASCII."""

    #: The ASCII of each character that is made of it.
    ascii: Mapping[str, str]
    #: The character that habits name, for each of them: kramdown's own.
    own: Mapping[str, str]
    #: Quotes at the beginning and at the end.
    opening: str
    closing: str
    #: The ASCII quotes that do not stay as they are.
    curly: frozenset[str]

    @classmethod
    def of(cls, kramdown: Mapping[str, object]) -> Typography:
        """The typography under a site's settings.

        >>> Typography.of({"smart_quotes": "sbquo,lsquo,bdquo,ldquo"}).ascii["„"]
        '"'
        """
        symbols = kramdown.get("typographic_symbols")
        changed = symbols if isinstance(symbols, dict) else {}
        made: dict[str, str] = {}
        own: dict[str, str] = {}
        for name, text in () if _NO_SYMBOLS in str(kramdown.get("gfm_quirks")) else _SYMBOLS.items():
            character = str(changed.get(name, _SYMBOL[name]))
            if len(character) == 1 and not character.isascii():
                made[character], own[character] = text, _SYMBOL[name]
        quotes = _quotes(kramdown.get("smart_quotes"))
        turned = [(one, other, text) for one, other, text in zip(quotes, _QUOTES, _STRAIGHT, strict=True) if one != text]
        return cls(
            made | {one: text for one, _, text in turned},
            own | {one: other for one, other, _ in turned},
            "".join(one for one, other, _ in turned if other in "‘“"),
            "".join(one for one, other, _ in turned if other in "’”"),
            frozenset(text for _, _, text in turned),
        )


def _quotes(value: object) -> str:
    names = value.split(",") if isinstance(value, str) else list(value) if isinstance(value, list | tuple) else []
    if len(names) != len(_QUOTES):
        return _QUOTES
    found = [str(name).strip() for name in names]
    characters = [html.unescape(f"&#{name};" if name.isdigit() else f"&{name};") for name in found]
    return "".join(one if len(one) == 1 else own for one, own in zip(characters, _QUOTES, strict=True))


def typography_told(contents: Iterable[str]) -> Iterator[tuple[str, dict[str, object]]]:
    """Candidates for the settings of quotes and symbols, each with a pattern of the contents that it concerns."""
    text = html.unescape("\n".join(_TAG.sub("", _NO_TEXT.sub("x", content)) for content in contents))
    yield from _quotes_told(text)
    typed = {name: _SYMBOLS[name] for name, pattern in _TYPED.items() if re.search(pattern, text)}
    if typed and any(_SYMBOL[name] in text for name in _TYPED.keys() - typed.keys()):
        yield _ASCII, {"typographic_symbols": typed}
    elif typed:
        yield _ASCII, {"gfm_quirks": ["paragraph_end", _NO_SYMBOLS]}


def quotes() -> Iterator[tuple[str, dict[str, object]]]:
    """The settings of quotes that languages have, each with its first double quote, as a page shows that."""
    for pair, single in _CONVENTIONS.items():
        for one in dict.fromkeys((single, "‘’")):
            yield pair[0], {"smart_quotes": [_NAMES[mark] for mark in one + pair]}


def _quotes_told(text: str) -> Iterator[tuple[str, dict[str, object]]]:
    """The quotes that a text has, unless they may well have been typed: an apostrophe that is none tells that they were not."""
    opened, closed, within = (Counter(pattern.findall(text)) for pattern in (_OPEN, _CLOSE, _APOSTROPHE))
    begin, end, apostrophe = (max(one, key=lambda mark: one[mark], default="") for one in (opened, closed, within))
    pairs = [pair for pair in _CONVENTIONS if begin in ("", pair[0]) and end in ("", pair[1])]
    pair = next(iter(pairs), "") if begin or end else '""' if apostrophe == "'" else ""
    if not pair:
        return
    single = _CONVENTIONS[pair]
    if pair not in ("“”", '""'):
        del within["'"]  # in HTML it stays as it is
        apostrophe = max(within, key=lambda mark: within[mark], default="")
        is_known = apostrophe == single[1] != "’"
        many = min(opened[begin], closed[end]) >= _FEW and _MOST * opened.total() <= 100 * opened[begin]
        if not is_known and not (many and apostrophe in ("", single[1])):
            return
    elif apostrophe in ("‘", "’"):
        single = "‘’"
    elif apostrophe == "'":
        single = "''"
    if single + pair != _QUOTES:
        yield _concerned(single + pair), {"smart_quotes": [_NAMES[one] for one in single + pair]}


def _concerned(quotes: str) -> str:
    """A pattern of what kramdown would not make under its own settings."""
    others = "".join(sorted(set(quotes) - set(_QUOTES)))
    if not others:
        return r"(?<![^\s(>])[’”](?=\w)"
    return f"[{others}]" if not set(others) & set(_STRAIGHT) else rf"(?<=[\w\s>])[{others}](?=[\w\s.,<])(?![^<]{{0,200}}>)"
