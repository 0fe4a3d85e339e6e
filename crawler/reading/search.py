"""Chinese for full-text search that knows no words: overlapping pairs of characters, as SQLite's tokenizer takes words.

A text is indexed as its pairs, so that a word of two characters (减持) is found as it is typed, in any SQLite; a longer one is
asked for as the phrase of its pairs.
"""

from __future__ import annotations

import re

#: Han, kana and hangul: scripts written without blanks, or whose words are looked for by parts.
_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_RUNS = re.compile(rf"([{_CJK}]+)|((?:(?![{_CJK}])[^\W_])+)")
_TERMS = re.compile(r'"([^"]*)"|(\S+)')


def pairs(text: str) -> str:
    """``text`` as words separated by blanks; a run of Chinese as its pairs, a single character as itself.

    >>> pairs("A股公司拟减持2亿元")
    'A 股公 公司 司拟 拟减 减持 2 亿元'
    """
    return " ".join(word for word, _ in _words(text))


def match(query: str) -> str:
    """What to ``MATCH`` in FTS5 for what a person typed: all of its terms, each as a phrase; quotes keep one together.

    >>> match('减持计划 "annual report" 股')
    '"减持 持计 计划" "annual report" 股*'
    """
    terms = []
    for quoted, plain in _TERMS.findall(query):
        words = list(_words(quoted or plain))
        if len(words) == 1 and words[0][1] and len(words[0][0]) == 1:
            terms.append(f"{words[0][0]}*")  # the first of some pair
        elif words:
            terms.append('"' + " ".join(word for word, _ in words) + '"')
    return " ".join(terms) or '""'


def _words(text: str) -> list[tuple[str, bool]]:
    """Words, and whether each is Chinese."""
    found = []
    for run, word in _RUNS.findall(text):
        if word:
            found.append((word, False))
        elif len(run) == 1:
            found.append((run, True))
        else:
            found += [(run[at : at + 2], True) for at in range(len(run) - 1)]
    return found
