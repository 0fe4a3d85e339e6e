"""Undoes the typography of kramdown: gives the plain characters that it replaced.

Kramdown (https://kramdown.gettalong.org/syntax.html#typographic-symbols) writes ``--`` as an en dash, ``...`` as
an ellipsis and straight quotes as curly ones. Chinese text has curly quotes, ellipses and dashes of its own, which
kramdown leaves alone, so a character on a page may be its own source or not. Two things decide: which source *could* have
given the character at this place, and which source is usual in such texts.
"""

from __future__ import annotations

import re

_QUOTES = {"\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'"}
_OPENING = {"\u201c": "\u201d", "\u2018": "\u2019"}
_CLOSING = {"\u201d", "\u2019"}
_LONE_ELLIPSIS = re.compile(r"(?<![.\\\u2026])\u2026(?![.\u2026])")
_APOSTROPHE = re.compile("(?<=[A-Za-z])\u2019(?=[A-Za-z])")
_EN_DASH = re.compile(r"(?<![-\\\u2013])\u2013(?![-\u2013])")


def undo_typography(text: str) -> tuple[str, bool]:
    """The likeliest source of ``text``, and whether another source would give the same text.

    A single ellipsis was three dots and an en dash two hyphens, for Chinese ellipses come in pairs and Chinese
    dashes are em dashes. A pair of quotes was curly if it opens with an opening quote, and is around Chinese text.

    >>> undo_typography("他说\u201d好\u201d")
    ('他说"好"', False)
    >>> undo_typography("他说\u201c好\u201d\u2026\u2026")
    ('他说\u201c好\u201d\u2026\u2026', True)
    """
    straightened, unsure = _undo_quotes(_APOSTROPHE.sub("'", text))
    unsure = unsure or "'" in straightened
    dotted = _LONE_ELLIPSIS.sub("...", straightened)
    dashed = _EN_DASH.sub("--", dotted)
    unsure = unsure or "\u2026" in text or "\u2013" in text or "\u2014" in text
    return dashed, unsure


def _undo_quotes(text: str) -> tuple[str, bool]:
    """Pair the quotes by kind and straighten the pairs that were straight; also tells whether any of it is a guess."""
    chars = list(text)
    unsure = False
    waiting: dict[str, int] = {}
    for place, char in enumerate(text):
        straight = _QUOTES.get(char)
        if straight is None:
            continue
        opened = waiting.pop(straight, None)
        if opened is None or char in _OPENING:
            unsure = unsure or opened is not None
            waiting[straight] = place
            continue
        pair_straight, pair_unsure = _pair(text, opened, place)
        unsure = unsure or pair_unsure
        if pair_straight:
            chars[opened] = chars[place] = straight
    return "".join(chars), unsure or bool(waiting)


def _pair(text: str, opened: int, closed: int) -> tuple[bool, bool]:
    """Whether a pair of quotes was straight, and whether that is a guess."""
    opening = text[opened]
    if opening in _CLOSING:  # only a straight quote becomes such a pair
        return True, False
    if text[closed] != _OPENING[opening] or not _straight_opens(text, opened):
        return False, False
    inside = text[opened + 1 : closed]
    return bool(inside) and inside.isascii(), True


def _straight_opens(text: str, place: int) -> bool:
    """Whether kramdown would have turned a straight quote here into an opening one."""
    before = text[place - 1] if place else " "
    return before in " \t\r\n[{(-\u2013\u2026"
