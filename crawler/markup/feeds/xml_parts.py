"""The parts of an XML element by namespace and name, with the address that its links are relative to."""

from __future__ import annotations

from dataclasses import dataclass, field
from html import escape
from typing import TYPE_CHECKING

from crawler.markup.links.address import absolute

if TYPE_CHECKING:
    from collections.abc import Iterable
    from xml.etree.ElementTree import Element

_BASE = "{http://www.w3.org/XML/1998/namespace}base"
_HTML = ("html", "text/html")
_XHTML = ("xhtml", "application/xhtml+xml")
_TEXT = ("text", "text/plain")
_VOID = frozenset(("area", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"))


def local(element: Element) -> str:
    """The name of an element in lower case, without its namespace."""
    return element.tag.rpartition("}")[2].lower()


@dataclass(slots=True)
class Parts:
    """An element and its children by name. ``base`` is given as the address around it, and becomes its own by ``xml:base``."""

    element: Element
    base: str
    _named: dict[str, list[Element]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        own = self.element.get(_BASE)
        self.base = (absolute(self.base, own) if own else None) or self.base
        for child in self.element:
            self._named.setdefault(child.tag, []).append(child)

    def all(self, namespaces: Iterable[str], name: str) -> list[Element]:
        """The children of this name, in their order within each of the namespaces."""
        return [child for space in namespaces for child in self._named.get(space + name, ())]

    def first(self, namespaces: Iterable[str], name: str) -> Element | None:
        """The first child with one of these names; ``None`` if there is none."""
        return next(iter(self.all(namespaces, name)), None)

    def text(self, namespaces: Iterable[str], *names: str) -> str:
        """The text of the first of these names that has any."""
        found = (self.first(namespaces, name) for name in names)
        texts = ("".join(one.itertext()).strip() for one in found if one is not None)
        return next(filter(None, texts), "")


def as_html(construct: Element | None) -> str | None:
    """The HTML of a text construct of Atom (:rfc:`4287`, 3.1 and 4.1.3); ``None`` if it holds none, or only says where."""
    if construct is None or construct.get("src") is not None:
        return None
    kind = construct.get("type", "text").strip().lower()
    if kind in _XHTML or construct.get("mode") == "xml":
        inside = list(construct)
        wrapped = len(inside) == 1 and local(inside[0]) == "div" and not (construct.text or "").strip()
        return _written(inside[0] if wrapped else construct)
    text = "".join(construct.itertext())
    if kind in _HTML:
        return text
    return escape(text, quote=False) if kind in _TEXT else None


def _written(element: Element) -> str:
    """What stands in an element of XHTML, as HTML without namespaces."""
    pieces = [escape(element.text or "", quote=False)]
    waiting: list[Element | str] = [*list(element)[::-1]]
    while waiting:
        one = waiting.pop()
        if isinstance(one, str):
            pieces.append(one)
            continue
        name = one.tag.rpartition("}")[2]
        attributes = "".join(f' {key.rpartition("}")[2]}="{escape(value)}"' for key, value in one.items())
        tail = escape(one.tail or "", quote=False)
        if name in _VOID and not len(one) and not one.text:
            pieces.append(f"<{name}{attributes} />{tail}")
            continue
        pieces.append(f"<{name}{attributes}>{escape(one.text or '', quote=False)}")
        waiting.append(f"</{name}>{tail}")
        waiting.extend(list(one)[::-1])
    return "".join(pieces)
