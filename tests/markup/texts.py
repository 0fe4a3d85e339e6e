"""Texts over which readers of YAML stumble, and pieces to make others of."""

from __future__ import annotations

import random

_WORDS = (
    "no yes on off No OFF yEs tRUE y n ~ null nULL Null true False 0 -0 +1 2022 007 0o7 0O7 1_000 1,000 1e3 1E+3 1.5 1. .5 -.5 . .. ... 0x1F 0XfF 0b10 0B1 "
    "12:30 12:30:45 -1:2:3.4 99:99 1:2:3:4 2022-03-01 2022-3-1 2022-03-01T10:00:00Z 2022-13-45 .inf -.INF +.inf .nan .NaN nan inf = == << <<< :a : :: a: a:b "
    ':"a" - -a -- --- ---- ? ?a | > |- >+ ! !x !!str & &a * *a % %a @a ` `a # #a a# [a] [] { {a} {} , a,b \' \'a\' " "a" it\'s \\ a\\b a\\nb "\\ud800" _ _1 1_ '
    "+ +- e5 .e5 -e5 1e 1e+ 0x 0b 0xg 1:60 21caijing 36ke 3d 12ab C++ R&amp;D 🏳️‍🌈 新闻 é"
)
HARD = _WORDS.split(" ")
HARD += [
    "",
    " ",
    "a ",
    " a",
    "a #b",
    "a: b",
    "a  b",
    "- a",
    "? a",
    "a -",
    "no no",
    "2022 1",
    "a\tb",
    "\ta",
    "a\nb",
    "a\r\nb",
    "2022-03-01 10:00:00",
    "2022-03-01 x",
]
HARD += [
    "\x00",
    "a\x07",
    "\x7f",
    "\x85",
    "a\xa0b",
    "\u2028",
    "a\u3000b",
    "\u3000",
    "\ufeff",
    "\u202eabc",
    "\ufffe",
    "\uffff",
    "\ue000",
    "\U0001f600",
    "[" * 5000,
    "a: " * 500,
    '"',
    'a" b',
    'a": [[',
]
_PIECES = [*HARD, *"abcdefnoyx0123456789+-_.,:;#'\"\\[]{}!&*|>%@`~=<?/ ()\t\u3000\u65b0\U0001f600"]


def texts(number: int, seed: int = 1) -> list[str]:
    """The hard ones, then others made of them and of single characters, always the same."""
    chance = random.Random(seed)
    return [*HARD, *("".join(chance.choices(_PIECES, k=chance.randint(1, 5))) for _ in range(number))]
