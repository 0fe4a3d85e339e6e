"""A site's list for its own search -> what it tells of each page: JSON, or a script with such a list in it.

Many are written by hand in Liquid, and are no JSON in the strict sense: commas at the end, quotes and control characters within
texts. What cannot be read of such a list is left out, and what stands behind it is read all the same.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

import orjson

from crawler.markup.characters import in_text
from crawler.markup.links.address import absolute

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

#: What such lists call an address, and what else they tell.
ADDRESS_KEYS = ("url", "link", "href", "permalink", "uri", "path", "loc")
#: By what is told; the likeliest first.
KEYS: Mapping[str, tuple[str, ...]] = {
    "date": ("date", "datetime", "time", "published", "pubdate", "created", "day"),
    "categories": ("categories", "category", "cats", "cat"),
    "tags": ("tags", "tag", "keywords", "keyword", "labels", "topics"),
    "title": ("title", "name", "headline"),
}
_KEPT = frozenset((*ADDRESS_KEYS, *(key for keys in KEYS.values() for key in keys)))
#: A text, to the end of the line if it is not closed; a mark; anything else without blanks.
_TOKEN = re.compile(rb'"(?:[^"\\\r\n]|\\.)*+("?)|[{}\[\]:,]|[^\s"{}\[\]:,]++')
_CONTROL = re.compile(rb"[\x00-\x1f]")
#: Longer values are those of no key that is kept; a list has no more names, and no object lies deeper.
_LONGEST, _MOST, _DEEPEST = 1500, 100, 30
#: So many pages of a list are read.
_PAGES = 100_000
Told = str | tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ListedPage:
    """A page in such a list: its absolute address without a fragment, and what else is told, by keys in lower case."""

    url: str
    told: Mapping[str, Told]


def read_search_list(body: bytes, base: str) -> Iterator[ListedPage]:
    r"""The pages that a list at ``base`` has, in its order, each as often as there.

    >>> body = b'var store = [{"url": "/a/", "tags": ["b"], "x": 1}, {category:"d\\u0065", "tag": "5" x", \n "link":"/f#g",}]'
    >>> [(page.url, page.told) for page in read_search_list(body, "https://s/search.json")]
    [('https://s/a/', {'tags': ('b',)}), ('https://s/f', {'category': 'de'})]
    """
    return islice(_pages(body, base), _PAGES)


def listed_addresses(body: bytes, base: str) -> Iterator[str]:
    r"""The addresses that a list at ``base`` has, each once.

    >>> list(listed_addresses(b'[{"title": "A\t", "url": "/a\\/b/", }, {"href": "/a/b/#c"}]', "https://s/search.json"))
    ['https://s/a/b/']
    """
    return iter(dict.fromkeys(page.url for page in read_search_list(body, base)))


def _pages(body: bytes, base: str) -> Iterator[ListedPage]:
    reader = _Reader()
    for found in _TOKEN.finditer(body):
        if found[1] == b"":  # a text with a quote too many: what follows in the next line begins anew
            reader.forget()
        elif found[0] not in b"{}[]:,":
            reader.values.append(found[0])
        elif (told := reader.mark(found[0])) is not None:
            yield from _page(told, base)


@dataclass(slots=True)
class _Open:
    """An object of which not all is read. ``several``: the texts of the list that is the value of ``key``."""

    told: dict[str, Told] = field(default_factory=dict)
    key: str = ""
    several: list[str] | None = None

    def take(self, values: list[bytes]) -> None:
        """Keep a value, if it is one text of a key that is kept."""
        text = _text(values[0]) if len(values) == 1 and self.key in _KEPT else None
        if text is not None and self.several is None:
            self.told.setdefault(self.key, text)
        elif text is not None and self.several is not None and len(self.several) < _MOST:
            self.several.append(text)

    def close(self) -> None:
        """Keep the list that is read."""
        if self.several is not None and self.key in _KEPT:
            self.told.setdefault(self.key, tuple(self.several))
        self.several = None


class _Reader:
    """The objects of which not all is read, and the values since the last mark: more than one are a text that is broken."""

    def __init__(self) -> None:
        self.values: list[bytes] = []
        self._opened: list[_Open] = []
        self._deeper = 0

    def forget(self) -> None:
        """Forget what was begun."""
        self.values.clear()
        if self._opened:
            self._opened[-1].key = ""

    def mark(self, mark: bytes) -> dict[str, Told] | None:
        """Read a mark; gives all that is told in an object that it ends."""
        top = self._opened[-1] if self._opened and not self._deeper else None
        if top is not None:
            self._within(top, mark)
        self.values.clear()
        if mark == b"{":
            if len(self._opened) < _DEEPEST:
                self._opened.append(_Open())
            else:
                self._deeper += 1
        elif mark == b"}":
            if top is not None:
                return self._opened.pop().told
            self._deeper -= self._deeper > 0
        return None

    def _within(self, top: _Open, mark: bytes) -> None:
        if mark == b"[":
            top.several = []
        elif mark == b":" and top.several is None:
            top.key = _key(self.values[0]) if len(self.values) == 1 else ""
        elif mark in b",}]":
            top.take(self.values)
            if mark == b"]":
                top.close()
            elif top.several is None:
                top.key = ""


def _page(told: dict[str, Told], base: str) -> Iterator[ListedPage]:
    hrefs = (href for key in ADDRESS_KEYS if isinstance(href := told.get(key), str) and href)
    url = next(filter(None, (absolute(base, href) for href in hrefs)), None)
    if url is not None:
        yield ListedPage(url.partition("#")[0], {key: one for key, one in told.items() if key not in ADDRESS_KEYS})


def _key(token: bytes) -> str:
    """The key that a token is: a text, or a name of a script."""
    return (_text(token) or "" if token.startswith(b'"') else token.decode("ascii", "replace")[:_LONGEST]).lower()


def _text(token: bytes) -> str | None:
    """The text that a token is, as a browser shows it; ``None`` if it is none, or longer than any that is kept."""
    if len(token) > _LONGEST or not token.startswith(b'"'):
        return None
    with suppress(orjson.JSONDecodeError):
        return " ".join(in_text(str(orjson.loads(_CONTROL.sub(b" ", token)))).split())
    return None
