"""The tags of a page with their exact byte offsets, by the tokenization rules of the HTML standard.

There is no tree here. The tree that browsers build takes quadratic time and memory for some pages (open formatting
elements are copied into every paragraph): 50 KB of a stranger can take gigabytes. One pass over the tags is linear.

What is read otherwise than in a browser: ``<noscript>`` is read as a browser without scripts reads it.
Encodings must be supersets of ASCII; :func:`crawler.markup.characters.as_utf8` makes UTF-8 of any.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from crawler.markup.characters import in_attribute, shown

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

#: An attribute: a quote counts directly behind ``=`` only, and one that is never closed takes in the rest of the page.
ATTRIBUTE = (
    rb"[^\t\n\f\r />][^\t\n\f\r />=]*+"
    rb"(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:\"[^\"]*+(?:\"|\Z)|'[^']*+(?:'|\Z)|[^\t\n\f\r >\"'][^\t\n\f\r >]*+)?+)?+"
)
#: A tag; a comment; whatever else begins with ``<`` and is no text. What the page's end cuts off has no ``>``.
_TOKEN = re.compile(
    rb"<(?:(/?)([a-zA-Z][^\t\n\f\r />]*+)"
    rb"(?:[^>\"']*+(>)|(?:[\t\n\f\r /]*+" + ATTRIBUTE + rb")*+[\t\n\f\r /]*+(?:(>)|\Z))"
    rb"|!--(?:-?>|.*?--!?>|.*)|(!\[CDATA\[)|[!?][^>]*+>?|/(?![a-zA-Z])[^>]*+>?)",
    re.DOTALL,
)
#: Between two tags: what no text is, comments and what the page's end cuts off.
NO_TEXT = re.compile(rb"<(?:!--(?:-?>|.*?--!?>|.*)|[!?][^>]*+>?|/(?![a-zA-Z])[^>]*+>?|/?[a-zA-Z].*)", re.DOTALL)
_TAG_NAME = re.compile(rb"</?[^\t\n\f\r />]++")
_ATTRIBUTES = re.compile(
    rb"([^\t\n\f\r />][^\t\n\f\r />=]*+)"
    rb"(?:[\t\n\f\r ]*+=[\t\n\f\r ]*+(?:\"([^\"]*+)\"|'([^']*+)'|([^\t\n\f\r >\"'][^\t\n\f\r >]*+))?+)?+"
)

#: Elements whose inside is text up to their own end tag.
RAW = frozenset((b"script", b"style", b"textarea", b"title", b"xmp", b"iframe", b"noembed", b"noframes"))
_END_OF = {name: re.compile(rb"</" + name + rb"(?=[\t\n\f\r />])", re.IGNORECASE) for name in RAW}
_IN_SCRIPT = re.compile(rb"<!--(-*+>)?|(-->)|<(/?)script(?=[\t\n\f\r />])", re.IGNORECASE)

#: SVG and MathML know no raw text, but CDATA; HTML stands in some of their elements, and some tags of HTML end them.
_FOREIGN = frozenset((b"svg", b"math"))
_HTML_INSIDE = {
    b"svg": frozenset((b"foreignobject", b"desc", b"title")),
    b"math": frozenset((b"mi", b"mo", b"mn", b"ms", b"mtext", b"annotation-xml")),
}
_BREAKS_OUT = frozenset(
    b"b big blockquote body br center code dd div dl dt em embed h1 h2 h3 h4 h5 h6 head hr i img li listing menu meta nobr ol"
    b" p pre ruby s small span strong strike sub sup table tt u ul var".split()
)
_RAW_TEXT = RAW | {b"plaintext"}
RAW_NAMES = frozenset(name.decode() for name in _RAW_TEXT)
#: What the last group of a token that matched says of it.
_CUT_OFF, _CDATA = 2, 5
_SLASH = ord("/")


class Tag(NamedTuple):
    """A start tag, or an end tag (``closing``): its name in lower case, its first byte and the one behind its ``>``."""

    body: bytes
    name: str
    start: int
    end: int
    closing: bool

    @property
    def attributes(self) -> dict[str, str]:
        """Names in lower case and values; of two with one name the first counts."""
        found: dict[str, str] = {}
        named = _TAG_NAME.match(self.body, self.start)
        for name, *values in _ATTRIBUTES.findall(self.body, named.end() if named else self.end, self.end - 1):
            value = in_attribute(shown(b"".join(values)))
            found.setdefault(_name(name), value.replace("\0", "\ufffd"))
        return found


def tags(body: bytes, names: Collection[bytes] | None = None) -> Iterator[Tag]:
    """The tags of a page in their order, or those with these names; none of comments, scripts and other raw text.

    >>> [(tag.name, tag.start, tag.end, tag.closing) for tag in tags(b'<P a=">">x<!-- <b> --></p>')]
    [('p', 0, 9, False), ('p', 22, 26, True)]
    """
    position = 0
    foreign: list[bytes] = []
    while position >= 0:
        start, position = position, -1
        for found in _TOKEN.finditer(body, start):
            kind = found.lastindex
            if kind is None:
                continue
            as_foreign = bool(foreign) and foreign[-1] in _FOREIGN
            if kind == _CDATA:
                position = body.find(b"]]>" if as_foreign else b">", found.end())
                break
            if kind == _CUT_OFF:
                return
            name, closing = found[2].lower(), bool(found[1])
            if names is None or name in names:
                yield Tag(body, _name(name), found.start(), found.end(), closing)
            if foreign or name in _FOREIGN:
                _follow(foreign, name, closing=closing, empty=body[found.end() - 2] == _SLASH)
            if name in _RAW_TEXT and not closing and not as_foreign:
                position = _raw_end(body, name, found.end())
                break


def _follow(foreign: list[bytes], name: bytes, *, closing: bool, empty: bool) -> None:
    """Keep up with which elements of SVG and MathML are open, and which of those with HTML in them."""
    inside = bool(foreign) and foreign[-1] in _FOREIGN
    if inside and name in _BREAKS_OUT:
        while foreign and foreign[-1] in _FOREIGN:
            foreign.pop()
    elif closing and name in _FOREIGN:
        while foreign and foreign.pop() != name:
            pass
    elif closing and foreign and foreign[-1] == name:
        foreign.pop()
    elif not closing and not empty and (name in _FOREIGN or (inside and name in _HTML_INSIDE[foreign[-1]])):
        foreign.append(name)


def _raw_end(body: bytes, name: bytes, start: int) -> int:
    """Where the end tag of an element stands that holds text alone; -1 if it holds the rest of the page."""
    if name == b"plaintext":
        return -1
    if name != b"script":
        found = _END_OF[name].search(body, start)
        return found.start() if found else -1
    # "<!--" hides an end tag of a script, if another "<script" stands between them.
    hidden, nested = False, False
    for found in _IN_SCRIPT.finditer(body, start):
        if found[1] or found[2]:
            hidden = nested = False
        elif found[3] is None:
            hidden = True
        elif not found[3]:
            nested = hidden
        elif not nested:
            return found.start()
        else:
            nested = False
    return -1


def _name(raw: bytes) -> str:
    return raw.lower().decode("utf-8", "replace").replace("\0", "\ufffd")
