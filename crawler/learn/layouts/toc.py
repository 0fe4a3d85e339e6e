"""Tables of contents that a layout puts before a content: lists of links, all of which lead to headings behind them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.markup.elements import elements

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.markup.elements import Element

Span = tuple[int, int]
_BLANKS = b" \t\n\r\f\v"
#: Elements that a table of contents may be; those that no Markdown makes need no class that says it.
_NAMES = frozenset(("nav", "aside", "details", "div", "section", "ul", "ol"))
_SURE = frozenset(("nav", "aside", "details"))
_BEGUN = re.compile(rb"<(nav|aside|details|div|section|ul|ol)[\t\n\f\r />]", re.IGNORECASE)
_PLAIN, _WORD = re.compile(r"[uo]l(?![\w-])"), re.compile(r"(?<![a-z])(?:toc|contents|section-nav)(?![a-z])", re.IGNORECASE)
_LISTS, _LIST_ENDS = frozenset(("ul", "ol")), (b"</ul>", b"</ol>")
_CLASS = re.compile(rb"""\s(?:class|id)=["'][^"']*?(?<![a-z])(?:toc|contents|section-nav)(?![a-z])""", re.IGNORECASE)
#: What kramdown makes of ``{:toc}``, which authors write; layouts have it in an element of theirs.
_KRAMDOWNS = b'id="markdown-toc"'
_HREF = re.compile(rb"""<a\s[^>]{0,2000}?\bhref=["']([^"']*)["'][^>]*>""")
_LINK = re.compile(rb"<a\s[^>]*>(?:[^<]|<(?!/?a[\s>]))*+</a>")
_TAG = re.compile(rb"<[^<>]*>")
_ID = re.compile(rb"""\sid=["']([^"']+)["']""")
#: No such table is longer, in bytes; nor has it more text besides its links; and so far into it stands its class.
_LONGEST, _WORDS, _HEAD = 50_000, 80, 400
#: So many elements of a page are looked at.
_MOST = 40


def toc_at(body: bytes, start: int, *, plain: bool = False) -> Element | None:
    """The table of contents that begins at a byte.

    :param plain: whether a list counts that no class says it of: an author may have written it.

    >>> page = b'<nav class="toc"><a href="#a">A</a></nav> <h2 id="a">A</h2>'
    >>> toc_at(page, 0).end, toc_at(page, 42)
    (41, None)
    """
    begun = _BEGUN.match(body, start)
    if not begun or b'href="#' not in body[start : start + _LONGEST]:
        return None
    if not plain and begun[1].lower().decode() not in _SURE and not _is_named(body, start):  # most contents begin with none
        return None
    found = elements(body, lambda tag: tag.start == start)
    return found[0] if found and _is_toc(body, found[0], plain=plain) else None


def with_toc(body: bytes, span: Span, *, sure: bool = False) -> Span:
    """The place of a content, with the table of contents that stands directly before it.

    :param sure: whether a feed has the content without it, so that a list is one although no class says so.
    """
    before = body[: span[0]].rstrip(_BLANKS)
    if not before.endswith(tuple(f"</{name}>".encode() for name in _NAMES)):
        return span
    found = tocs(body)
    if sure and before.endswith(_LIST_ENDS):
        lists = elements(body, lambda tag: tag.name in _LISTS and tag.start < len(before))
        found += [one for one in lists if one.end == len(before) and _is_toc(body, one, plain=True)]
    return next(((one.start, span[1]) for one in found if one.end == len(before)), span)


def without_toc(body: bytes, span: Span, selectors: Iterable[str]) -> Span:
    """The place of a content without the table of contents at its start, if a selector finds that."""
    selectors = tuple(selectors)
    plain = any(_PLAIN.match(selector) and not _WORD.search(selector) for selector in selectors)
    found = toc_at(body, span[0], plain=plain)
    if found is None or found.end > span[1]:
        return span
    if not any(one.start == found.start for selector in selectors for one in elements(body, selector)):
        return span
    first = found.end + len(body[found.end : span[1]]) - len(body[found.end : span[1]].lstrip(_BLANKS))
    return first, span[1]


def tocs(body: bytes) -> list[Element]:
    """The tables of contents of a page; of several in each other, the outermost."""
    if b'href="#' not in body:
        return []
    found: list[Element] = []
    candidates = elements(body, lambda tag: tag.name in _NAMES and (tag.name in _SURE or _is_named(body, tag.start)))
    for one in candidates[:_MOST]:
        if (not found or one.start >= found[-1].end) and _is_toc(body, one):
            found.append(one)
    return found


def selector_of(toc: Element) -> str:
    """A selector that finds such elements.

    >>> selector_of(toc_at(b'<ul id="toc" class="a b"><a href="#a">A</a></ul><h2 id="a">A</h2>', 0))
    'ul.a'
    """
    name = next(iter(toc.attributes.get("class", "").split()), "")
    if re.fullmatch(r"[A-Za-z_-][\w-]*", name):
        return f"{toc.name}.{name}"
    name = toc.attributes.get("id", "")
    return f"{toc.name}#{name}" if re.fullmatch(r"[A-Za-z_-][\w-]*", name) else toc.name


def _is_named(body: bytes, start: int) -> bool:
    """Whether a class or an id says so, of an element or of one that is first in it."""
    return _CLASS.search(body, start, start + _HEAD) is not None


def _is_toc(body: bytes, element: Element, *, plain: bool = False) -> bool:
    if element.name not in _NAMES or element.end - element.start > _LONGEST:
        return False
    whole = body[element.start : element.end]
    if element.name not in _SURE and (_KRAMDOWNS in whole or not (plain or _is_named(whole, 0))):
        return False
    led_to = _HREF.findall(whole)
    if len(led_to) <= plain or not all(href.startswith(b"#") and len(href) > 1 for href in led_to):
        return False
    words = _TAG.sub(b" ", _LINK.sub(b" ", whole)).split()
    if len(b" ".join(words)) > _WORDS + len(led_to) * len("1.10.1"):
        return False
    ids = {one.decode("utf-8", "replace") for one in _ID.findall(body, element.end)}
    return all(unquote(href[1:].decode("utf-8", "replace")) in ids for href in led_to)
