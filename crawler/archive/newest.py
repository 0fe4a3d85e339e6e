"""A cache that holds what was put into it last, of so many things and so many bytes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

K = TypeVar("K")
V = TypeVar("V")


class Newest(Generic[K, V]):
    """The newest of what was kept, the last one however large it is.

    >>> cache = Newest[str, str](count=3, size=10)
    >>> for word in ("one", "two", "three"):
    ...     cache.keep(word, word.upper(), len(word))
    >>> cache.get("one"), cache.get("three")
    (None, 'THREE')
    """

    def __init__(self, count: int, size: int) -> None:
        self._count, self._size = count, size
        self._held = 0
        self._kept: OrderedDict[K, tuple[V, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: K) -> V | None:
        """What was kept under a key; ``None`` if it is there no more."""
        found = self._kept.get(key)
        return found[0] if found else None

    def keep(self, key: K, value: V, size: int) -> None:
        """Keep a value of so many bytes; what was kept first goes."""
        self._held += size - self._kept.pop(key, (value, 0))[1]
        self._kept[key] = value, size
        while len(self._kept) > 1 and (len(self._kept) > self._count or self._held > self._size):
            self._held -= self._kept.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Keep nothing any more."""
        self._kept.clear()
        self._held = 0
