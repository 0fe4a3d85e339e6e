"""The same story in several media: near duplicates by MinHash (https://doi.org/10.1109/SEQUEN.1997.666900).

A text is the set of its runs of five letters; two are near duplicates if they share enough of them (Jaccard's measure).
"""

from __future__ import annotations

from collections import defaultdict, deque
from datetime import datetime, timedelta

from rensa import RMinHash

#: Letters of a run; numbers kept of each text; bands of rows that have to be equal in one for two texts to be compared.
_RUN, _NUMBERS, _BANDS = 5, 96, 24
_ROWS = _NUMBERS // _BANDS
_SEED = 1
#: Shorter texts are too much alike by chance.
_SHORTEST = 40
#: What two texts must share, and for how long a story is repeated.
SHARED = 0.6
WINDOW = timedelta(days=7)

Signature = tuple[int, ...]


def signature(text: str) -> Signature:
    """The MinHash of a text, letters and digits alone; empty for one that is too short to tell."""
    letters = "".join(filter(str.isalnum, text)).casefold()
    if len(letters) < _SHORTEST:
        return ()
    made = RMinHash(_NUMBERS, _SEED)
    made.update([letters[start : start + _RUN] for start in range(len(letters) - _RUN + 1)])
    return tuple(made.digest())


def shared(one: Signature, other: Signature) -> float:
    """How much of their texts two signatures share, as estimated from them: 0 to 1, with a deviation of about 0.05."""
    if not one or not other:
        return 0.0
    return sum(left == right for left, right in zip(one, other, strict=True)) / _NUMBERS


class Groups:
    """Gives each post the group of the first post that tells its story, as the posts come in the order of their first capture.

    A post is held against the first posts of the groups of a week: memory does not grow with the archive.
    """

    def __init__(self) -> None:
        self._bands: dict[tuple[int, Signature], list[str]] = defaultdict(list)
        self._firsts: dict[str, Signature] = {}
        self._order: deque[tuple[datetime, str]] = deque()

    def group(self, post_id: str, seen: datetime, found: Signature) -> str:
        """The ID of the first post of its group, which may be its own."""
        self._forget(seen - WINDOW)
        if not found:
            return post_id
        bands = [(number, found[number * _ROWS : (number + 1) * _ROWS]) for number in range(_BANDS)]
        candidates = dict.fromkeys(first for band in bands for first in self._bands.get(band, ()))
        best = max(candidates, key=lambda first: shared(self._firsts[first], found), default=None)
        if best is not None and shared(self._firsts[best], found) >= SHARED:
            return best
        self._firsts[post_id] = found
        self._order.append((seen, post_id))
        for band in bands:
            self._bands[band].append(post_id)
        return post_id

    def _forget(self, before: datetime) -> None:
        while self._order and self._order[0][0] < before:
            _, post_id = self._order.popleft()
            found = self._firsts.pop(post_id)
            for number in range(_BANDS):
                band = (number, found[number * _ROWS : (number + 1) * _ROWS])
                self._bands[band].remove(post_id)
                if not self._bands[band]:
                    del self._bands[band]
