"""Full-text search that finds what a person types, in any SQLite and with any tool, by ``MATCH`` alone.

SQLite's tokenizers know no Chinese words. ``unicode61`` takes all characters between blanks and punctuation for one word, in
texts and in queries; ``trigram`` finds nothing shorter than three characters. So the index gets, instead of the text, every
part of its runs that somebody could type, each as a word of its own. What a person types is then a word of the index.
"""

from __future__ import annotations

import re
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Han, kana and hangul: scripts that are written without blanks, or whose words people search by parts.
_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
#: A run is what the tokenizer takes for one word: letters and digits of any script.
_RUN = re.compile(r"[^\W_]+")
#: The smallest parts of a run: one Chinese character, one digit, or a whole word of another script.
_PART = re.compile(rf"[{_CJK}\d]|[^{_CJK}\d]+")
#: The parts of a run at a joint with another one, where numbers are not divided.
_PIECE = re.compile(rf"[{_CJK}]|[^{_CJK}]+")
_IS_CJK = re.compile(f"[{_CJK}]")
_ONLY_CJK = re.compile(f"[{_CJK}]+")
_TERM = re.compile(r'"([^"]*)"|([^\s"]+)')
#: The most parts of a word of the index. A longer word is found if its whole run is typed.
REACH = 24
#: Runs of more parts and texts of more letters were not written by a person, and get shorter words. This limits the size of
#: the index of a stranger's text to a multiple of the text.
_LONG_RUN, _REACH_IN_LONG_RUN = 256, 8
_LONG_TEXT, _REACH_IN_LONG_TEXT = 100_000, 3
#: How many pieces on either side of a joint, and how many joints, are found together: 约1,234.5亿元.
_AROUND = 4
#: Characters that join two runs of Chinese to a name: 唐纳德·特朗普.
_JOINERS = frozenset("·・‧•-–")


def searchable(text: str) -> str:
    """``text`` as words separated by blanks, for an FTS5 index with the tokenizer ``unicode61``.

    The runs come first, in their order, for phrases; then come phrases across joints, then all parts of runs.

    >>> searchable("A股拟减持")
    'A股拟减持 A A股 A股拟 A股拟减 股 股拟 股拟减 股拟减持 拟 拟减 拟减持 减 减持 持'
    >>> searchable("约2.5亿")
    '约2 5亿 2 5 2 5亿 约2 5 约2 5亿 约 亿'
    """
    text = normalize("NFC", text)
    found = list(_RUN.finditer(text))
    runs = [match.group() for match in found]
    if len(text) > _LONG_TEXT:
        return " ".join([*runs, *(part for run in runs for part in _parts(run, _REACH_IN_LONG_TEXT))])
    across = " ".join(_across(text, found)).split()
    parts = dict.fromkeys([part for run in dict.fromkeys(runs) for part in _parts(run, REACH)])
    for known in (*runs, *across):
        parts.pop(known, None)
    return " ".join([*runs, *across, *parts])


def match(query: str) -> str:
    """The ``MATCH`` expression for what a person typed: all terms must be found, and quotes keep several words together.

    The quoting of other tools works as well; this function also finds a term of more than :data:`REACH` parts.

    >>> match('减持计划 "annual report" AND-OR* A股')
    '"减持计划" "annual report" "AND OR" "A股"'
    """
    terms = []
    for quoted, plain in _TERM.findall(normalize("NFC", query)):
        runs = _RUN.findall(quoted or plain)
        if len(runs) == 1:
            terms += [f'"{part}"' for part in _windows(runs[0])]
        elif runs:
            terms.append(f'"{" ".join(runs)}"')
    return " ".join(terms) or '""'


def _bounds(run: str, piece: re.Pattern[str] = _PART) -> list[int]:
    """The positions at which the parts of a run (letters, digits, Chinese) begin, and the position of its end."""
    if _ONLY_CJK.fullmatch(run):
        return list(range(len(run) + 1))
    return list(accumulate(map(len, piece.findall(run)), initial=0))


def _parts(run: str, reach: int) -> list[str]:
    """All parts of a run that consist of at most ``reach`` smallest parts."""
    bounds = _bounds(run)
    if len(bounds) > _LONG_RUN:
        reach = min(reach, _REACH_IN_LONG_RUN)
    return [run[begin:end] for at, begin in enumerate(bounds[:-1], 1) for end in bounds[at : at + reach]]


def _windows(run: str) -> list[str]:
    """The words of the index with which every text is indexed that has this run of characters in it."""
    bounds = _bounds(run)
    parts = len(bounds) - 1
    starts = [*range(0, max(1, parts - REACH), REACH), max(0, parts - REACH)]
    return list(dict.fromkeys(run[bounds[at] : bounds[min(parts, at + REACH)]] for at in starts))


def _across(text: str, found: list[re.Match[str]]) -> Iterator[str]:
    """Phrases of neighbouring runs whose first or last word is only a part of its run, as in 2.5亿 or 2022-03-01收盘."""
    bounds = [_bounds(one.group(), _PIECE) for one in found]
    chain: list[int] = []
    for at, (left, right) in enumerate(pairwise(found)):
        if not _is_joint(text, left, right):
            chain.clear()
            continue
        if len(bounds[at]) > 2:  # noqa: PLR2004 - of more than one piece
            chain.clear()
        chain.append(at)
        del chain[:-_AROUND]
        if len(bounds[chain[0]]) == len(bounds[at + 1]) == 2:  # noqa: PLR2004
            continue  # the runs themselves have this phrase
        middle = "".join(f" {found[one].group()}" for one in chain[1:])
        for first in _ends(found[chain[0]].group(), bounds[chain[0]]):
            for last in bounds[at + 1][1 : _AROUND + 1]:
                yield f"{first}{middle} {right.group()[:last]}"


def _ends(run: str, bounds: list[int]) -> list[str]:
    return [run[begin:] for begin in reversed(bounds[max(0, len(bounds) - 1 - _AROUND) : -1])]


def _is_joint(text: str, left: re.Match[str], right: re.Match[str]) -> bool:
    """Whether two runs are separated by one character that a person would type with them."""
    if right.start() - left.end() != 1 or text[left.end()] == "\n":
        return False
    is_chinese = _IS_CJK.match(text[left.end() - 1]) and _IS_CJK.match(text[right.start()])
    return not is_chinese or text[left.end()] in _JOINERS
