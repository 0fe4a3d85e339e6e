"""Which elements are wanted, as a short CSS selector: ``h1.post-title``, ``div[itemprop=articleBody]``, ``header time``."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

_IDENT = r"[^\s.#\[\]{}()<>+~,:;*=\"'|^$!&%@/\\`?]++"
_NAME = re.compile(_IDENT)
_PART = re.compile(
    rf"""([.#])({_IDENT})
    |(:not\(\s*+)?+\[\s*+({_IDENT})\s*+(?:([~*]?=)\s*+(?:"([^"]*+)"|'([^']*+)'|({_IDENT}))\s*+)?+\](?(3)\s*+\))""",
    re.VERBOSE,
)
_BLANKS = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Part:
    """What an attribute has to be: there (``""``), this value (``=``), with this word (``~=``) or text (``*=``) in it.

    ``denied``: what it must not be.
    """

    attribute: str
    operator: str = ""
    value: str = ""
    denied: bool = False

    def accepts(self, attributes: dict[str, str]) -> bool:
        """Whether an element with these attributes is one."""
        return self._is(attributes) is not self.denied

    def _is(self, attributes: dict[str, str]) -> bool:
        found = attributes.get(self.attribute)
        if found is None or not self.operator:
            return found is not None
        if self.operator == "=":
            return found == self.value
        return bool(self.value) and self.value in (found.split() if self.operator == "~=" else found)


@dataclass(frozen=True, slots=True)
class Selector:
    """A name (empty: any) and what the attributes have to be; ``within``: the element that it stands in, at any depth."""

    name: str
    parts: tuple[Part, ...] = ()
    within: Selector | None = None

    def accepts(self, attributes: dict[str, str]) -> bool:
        """Whether an element of the right name with these attributes is one, wherever it stands."""
        return all(part.accepts(attributes) for part in self.parts)


@lru_cache(maxsize=256)
def selector(text: str) -> Selector:
    """The selector that a person wrote: a name, ``.class``, ``#id``, ``[name]``, ``[name=value]``, ``[name~=word]`` or
    ``[name*=text]``, or one of those in brackets within ``:not(…)``.

    Several of them may stand together. A blank stands between an element and one inside it, once.

    :raises ValueError: for anything else, with the place of it.

    >>> selector("header time[datetime]").within
    Selector(name='header', parts=(), within=None)
    >>> selector('a[href*="/tags/"]').accepts({"href": "/blog/tags/a/"})
    True
    >>> selector('a[rel~=tag]:not([href*="/cat/"])').accepts({"rel": "tag", "href": "/cat/sea/"})
    False
    >>> selector("a:hover")
    Traceback (most recent call last):
    ValueError: selector 'a:hover', character 2: ':hover' is not known here;
    write a name, .class, #id, [name], [name=value], [name~=word], [name*=text] or :not([...])
    """
    found: Selector | None = None
    place = len(text) - len(text.lstrip())
    end = len(text.rstrip())
    while place < end or found is None:
        if found is not None and found.within is not None:
            raise _unknown(text, place, end)
        found, place = _compound(text, place, end, found)
        blanks = _BLANKS.match(text, place, end)
        if place < end and blanks is None:
            raise _unknown(text, place, end)
        place = blanks.end() if blanks else place
    return found


def _compound(text: str, place: int, end: int, within: Selector | None) -> tuple[Selector, int]:
    start = place
    name = _NAME.match(text, place, end)
    place = name.end() if name else place
    parts = []
    while part := _PART.match(text, place, end):
        place = part.end()
        mark, word, denied, attribute, operator, *values = part.groups()
        if mark:
            parts.append(Part("class", "~=", word) if mark == "." else Part("id", "=", word))
        else:
            value = next((one for one in values if one is not None), "")
            parts.append(Part(attribute.lower(), operator or "", value, denied=denied is not None))
    if place == start:
        raise _unknown(text, place, end)
    return Selector(name[0].lower() if name else "", tuple(parts), within), place


def _unknown(text: str, place: int, end: int) -> ValueError:
    what = f"{text[place:end]!r} is not known here" if place < end else "something is missing"
    known = "write a name, .class, #id, [name], [name=value], [name~=word], [name*=text] or :not([...])"
    return ValueError(f"selector {text!r}, character {place + 1}: {what}; {known}")
