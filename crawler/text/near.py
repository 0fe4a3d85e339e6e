"""The same story in several media: near duplicates by MinHash (https://doi.org/10.1109/SEQUEN.1997.666900).

A text is taken as the set of its shingles, which are runs of five letters. Two texts are near duplicates if the Jaccard
similarity of their sets is high enough.
"""

from __future__ import annotations

import re
from array import array
from collections import deque
from datetime import datetime, timedelta
from itertools import chain
from operator import eq

from rensa import RMinHash

#: Letters of a shingle, numbers of a signature, and bands. Two texts are compared if all numbers of one band are equal.
_SHINGLE, _NUMBERS, _BANDS = 5, 96, 24
_SIZE = 4
#: Bytes of a band.
_ROWS = _NUMBERS // _BANDS * _SIZE
_SEED = 1
#: Shorter texts are often similar by chance.
_SHORTEST = 40
#: The least similarity of near duplicates, and the time within which a story is repeated.
THRESHOLD = 0.6
WINDOW = timedelta(days=7)

#: What is neither a letter nor a digit. A word character is one for which ``isalnum()`` is true, or the underscore.
_NO_LETTER = re.compile(r"[\W_]+")

#: Numbers of four bytes each.
Signature = bytes


def signature(text: str) -> Signature:
    """The MinHash of the letters and digits of a text; empty if the text is too short."""
    letters = _NO_LETTER.sub("", text).casefold()
    if len(letters) < _SHORTEST:
        return b""
    made = RMinHash(_NUMBERS, _SEED)
    made.update([letters[start : start + _SHINGLE] for start in range(len(letters) - _SHINGLE + 1)])
    return array("I", made.digest()).tobytes()


def similarity(one: Signature, other: Signature) -> float:
    """The Jaccard similarity of two texts (0 to 1), estimated from their signatures with a deviation of about 0.05."""
    if not one or not other:
        return 0.0
    if one == other:
        return 1.0
    equal: int = sum(map(eq, memoryview(one).cast("I"), memoryview(other).cast("I")))
    return equal / _NUMBERS


class Groups:
    """Groups posts that tell the same story by the first of them. Posts come in the order of their first capture.

    A post is compared with the first posts of the groups of one week, so memory does not grow with the archive.
    """

    def __init__(self) -> None:
        self._bands: list[dict[bytes, list[str]]] = [{} for _ in range(_BANDS)]
        self._firsts: dict[str, Signature] = {}
        #: The post of each of these signatures. No two are equal, for the later one would be in the group of the earlier.
        self._same: dict[Signature, str] = {}
        self._order: deque[tuple[datetime, str]] = deque()

    def group(self, post_id: str, seen: datetime, found: Signature) -> str:
        """The ID of the first post that told the same story as a post; its own ID if no earlier one did."""
        self._forget(seen - WINDOW)
        if not found:
            return post_id
        if (same := self._same.get(found)) is not None:
            return same
        bands = list(zip(self._bands, _bands_of(found), strict=True))
        candidates = dict.fromkeys(chain.from_iterable(known.get(band, ()) for known, band in bands))
        best, most = "", 0.0
        for first in candidates:
            if (alike := similarity(self._firsts[first], found)) > most:
                best, most = first, alike
        if most >= THRESHOLD:
            return best
        self._firsts[post_id] = found
        self._same[found] = post_id
        self._order.append((seen, post_id))
        for known, band in bands:
            known.setdefault(band, []).append(post_id)
        return post_id

    def _forget(self, before: datetime) -> None:
        while self._order and self._order[0][0] < before:
            _, post_id = self._order.popleft()
            found = self._firsts.pop(post_id)
            del self._same[found]
            for known, band in zip(self._bands, _bands_of(found), strict=True):
                known[band].remove(post_id)
                if not known[band]:
                    del known[band]


def _bands_of(found: Signature) -> list[bytes]:
    return [found[start : start + _ROWS] for start in range(0, _BANDS * _ROWS, _ROWS)]
