"""The elements of an entry of a feed by their names alone, whatever was typed in them."""

from __future__ import annotations

import re
from xml.etree.ElementTree import Element

from crawler.markup.characters import in_text

#: What holds HTML: as it was typed, if it has tags.
_HTML = ("content", "summary", "description", "encoded")
_PEOPLE = ("author",)
_OTHERS = (
    *("title", "link", "id", "guid", "published", "updated", "issued", "modified", "created", "pubDate", "category", "date"),
    *(
        "creator",
        "subject",
        "name",
        "email",
        "uri",
        "loc",
        "lastmod",
        "contributor",
        "source",
        "enclosure",
        "subtitle",
        "rights",
    ),
)
_NAMES = "|".join((*_HTML, *_PEOPLE, *_OTHERS))
_QUOTES = r"""(?:\s[^<>"']{0,400}+(?:"[^"]{0,1000}+"[^<>"']{0,400}+|'[^']{0,1000}+'[^<>"']{0,400}+){0,8}+)"""
_OPENING = re.compile(rf"<((?:[\w.-]{{1,40}}:)?({_NAMES}))((?:{_QUOTES}|[\s/][^<>]{{0,2000}}+)?)>")
_ATTRIBUTE = re.compile(
    r"""([A-Za-z_][\w.:-]{0,80})\s{0,9}=\s{0,9}(?:(["'])(.{0,1000}?)\2(?=\s{1,99}[A-Za-z_][\w.:-]{0,80}\s{0,9}=|\s{0,99}/?\s{0,9}\Z)|([^\s"'<>]{1,2000}+))""",
    re.DOTALL,
)
_CDATA = re.compile(r"<!\[CDATA\[(.*?)(?:\]\]>|\Z)", re.DOTALL)
_BEGINS_CDATA = re.compile(r"\s*+<!\[CDATA\[")
_TAG = re.compile(r"</?[A-Za-z]")
_CLOSED = re.compile(r"\s{0,99}>")
_DIV = re.compile(r"\A\s*+<div(?:\s[^<>]{0,2000}+)?>")
#: Text is looked through so often for the end of something that has none.
_WITHOUT_END = 20


def named(name: str, spaces: dict[str, str]) -> str:
    """The name of an element or attribute as the library has it, with its namespace."""
    prefix, _, own = name.rpartition(":")
    space = spaces.get(prefix, f"urn:{prefix}")
    return f"{{{space}}}{own}" if space else own


def attributes(text: str) -> dict[str, str]:
    """The attributes of a tag; the first of those with one name. A value may have quotes in it.

    >>> attributes(' term="a "b" c" href=x /')
    {'term': 'a "b" c', 'href': 'x'}
    """
    found: dict[str, str] = {}
    for one in _ATTRIBUTE.finditer(text):
        found.setdefault(one[1], in_text(one[3] if one[2] else one[4].removesuffix("/")))
    return found


def with_attributes(text: str, spaces: dict[str, str]) -> dict[str, str]:
    """The attributes of a tag by their names as the library has them; one without a prefix has no namespace."""
    return {named(key, {**spaces, "": ""}): value for key, value in attributes(text).items()}


def leaves(parent: Element, text: str, spaces: dict[str, str]) -> bool:
    """Add the elements of a text to an element that has them; whether there are any."""
    at = 0
    ends = _Ends(text)
    while found := _OPENING.search(text, at):
        at = found.end()
        element = Element(named(found[1], spaces), with_attributes(found[3], spaces))
        if found[3].endswith("/"):
            parent.append(element)
            continue
        end = ends.of(found[1], at)
        if end is None:
            if ends.without > _WITHOUT_END:
                return False
            continue
        inside, at = text[at : end[0]], end[1]
        parent.append(element)
        if found[2] in _PEOPLE and _TAG.search(inside):
            leaves(element, inside, spaces)
        elif found[2] in _HTML and not _BEGINS_CDATA.match(inside) and _TAG.search(inside):
            element.text = _without_div(inside) if element.get("type") == "xhtml" else inside
            element.set("type", "html")
        else:
            element.text = _text(inside)
    return len(parent) > 0


class _Ends:
    """Where the elements of a text end. What has no end is looked for once."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._without: set[tuple[str, bool]] = set()

    @property
    def without(self) -> int:
        """How many names have no end."""
        return len(self._without)

    def of(self, name: str, at: int) -> tuple[int, int] | None:
        """Where an element that begins there ends, and its tag.

        That of CDATA, which may have the end of CDATA in it, is behind its own end.
        """
        ways = (True, False) if _BEGINS_CDATA.match(self._text, at) else (False,)
        for is_cdata in ways:
            if (name, is_cdata) not in self._without:
                found = self._find(name, at, is_cdata=is_cdata)
                if found is not None:
                    return found
                self._without.add((name, is_cdata))
        return None

    def _find(self, name: str, at: int, *, is_cdata: bool) -> tuple[int, int] | None:
        tag = f"</{name}"
        while (start := self._text.find(tag, at)) >= 0:
            at = start + len(tag)
            closed = _CLOSED.match(self._text, at)
            before = self._text[max(0, start - 100) : start] if is_cdata else ""
            if closed and (not is_cdata or before.rstrip().endswith("]]>")):
                return start, closed.end()
        return None


def _without_div(inside: str) -> str:
    opening = _DIV.match(inside)
    text = inside.rstrip()
    return text[opening.end() :].removesuffix("</div>") if opening and text.endswith("</div>") else inside


def _text(inside: str) -> str:
    """A text with its references read, but for those in CDATA; CDATA that is all of it may have the end of CDATA in it."""
    begins = _BEGINS_CDATA.match(inside)
    if begins and inside.count("<![CDATA[") == 1 and inside.rstrip().endswith("]]>"):
        return inside.rstrip().removesuffix("]]>")[begins.end() :]
    return "".join(part if number % 2 else in_text(part) for number, part in enumerate(_CDATA.split(inside)))
