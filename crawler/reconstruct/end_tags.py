"""End tags that HTML can do without, which some layouts leave out (compress-html with ``endings``): which, and put back."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.markup.elements import VOID
from crawler.markup.tags import tags

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_OF_ITEMS = "html|head|body|li|dt|dd|optgroup|option|colgroup|caption|thead|tbody|tfoot|tr|td|th"
#: Which end tags are left out, by what ``site.toml`` says: those of items, cells and such, or those of paragraphs, too.
ITEMS, PARAGRAPHS = "</li>", "</p>"
KINDS = {ITEMS: _OF_ITEMS, PARAGRAPHS: f"p|rt|rp|{_OF_ITEMS}"}
_ENDS = {kind: re.compile(rf"</(?:{names})>") for kind, names in KINDS.items()}
_NAMES = {kind: frozenset(names.split("|")) for kind, names in KINDS.items()}
_ITEM, _ITEM_END = (re.compile(rb"<%s(?:%s)[\s>]" % (slash, _OF_ITEMS.encode())) for slash in (b"", b"/"))
_PARAGRAPH = re.compile(rb"<p[\s>]")
_BLANKS = b" \t\n\v\f\r"
_END_PARAGRAPH = frozenset(
    (
        *("address", "article", "aside", "blockquote", "caption", "dd", "details", "div", "dl", "dt", "fieldset", "figcaption"),
        *(
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hgroup",
            "hr",
            "li",
            "main",
            "menu",
            "nav",
        ),
        *("ol", "p", "pre", "section", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "ul"),
    )
)
#: What a paragraph lies in at most.
_HELD = frozenset(
    ("article", "aside", "blockquote", "body", "dd", "details", "div", "dl", "dt", "figure", "li", "main", "ol", "section")
) | {"table", "td", "th", "ul"}
_ROWS, _CELLS, _NOTES = frozenset(("thead", "tbody", "tfoot")), frozenset(("td", "th")), frozenset(("rt", "rp"))
_TERMS, _HEADS = frozenset(("dt", "dd")), frozenset(("colgroup", "caption"))
#: Which open elements end where an element begins, and within which others they stay open.
_ENDED = {
    "body": (frozenset(("head",)), frozenset(("html",))),
    "li": (frozenset(("li",)), frozenset(("ul", "ol", "menu"))),
    "option": (frozenset(("option",)), frozenset(("select", "optgroup", "datalist"))),
    "optgroup": (frozenset(("option", "optgroup")), frozenset(("select",))),
    "tr": (_CELLS | _HEADS | {"tr"}, _ROWS | {"table"}),
    **dict.fromkeys(_TERMS, (_TERMS, frozenset(("dl",)))),
    **dict.fromkeys(_NOTES, (_NOTES, frozenset(("ruby",)))),
    **dict.fromkeys(_CELLS, (_CELLS, frozenset(("tr", "table")))),
    **dict.fromkeys(_ROWS | _HEADS, (_CELLS | _ROWS | _HEADS | {"tr"}, frozenset(("table",)))),
}
_NOTHING: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
#: So many open elements are looked at, the innermost ones.
_DEEP = 100


def left_out(page: bytes) -> str:
    """Which end tags a page has none of, though it has such elements; empty if it has some.

    >>> left_out(b"<body><p>a<p>b"), left_out(b"<body><ul><li><p>a</p></ul>"), left_out(b"<body><p>a</p></body>")
    ('</p>', '</li>', '')
    """
    if _ITEM_END.search(page) or not _ITEM.search(page):
        return ""
    return PARAGRAPHS if b"</p>" not in page and _PARAGRAPH.search(page) else ITEMS


def without_ends(html: str, kind: str) -> str:
    """HTML without the end tags that layouts of this kind leave out.

    >>> html = "<ul><li>a</li></ul><p>b <i>c</i></p>"
    >>> without_ends(html, "</p>"), without_ends(html, "</li>")
    ('<ul><li>a</ul><p>b <i>c</i>', '<ul><li>a</ul><p>b <i>c</i></p>')
    """
    return _ENDS[kind].sub("", html)


def with_ends(html: str, kind: str) -> str:
    """HTML with the end tags that were left out, where a browser takes the elements to end, before white space there.

    >>> with_ends("<p>a <p>b<ul><li>c<ul><li><p>d</ul><li>e</ul>", "</p>")
    '<p>a</p> <p>b</p><ul><li>c<ul><li><p>d</p></li></ul></li><li>e</li></ul>'
    >>> with_ends("<table><thead><tr><th>a<tbody><tr><td>b<td>c</table>", "</li>")
    '<table><thead><tr><th>a</th></tr></thead><tbody><tr><td>b</td><td>c</td></tr></tbody></table>'
    """
    whole = html.encode("utf-8", "surrogatepass")
    parts, place = list[bytes](), 0
    for at, name in missing_ends(whole, kind):
        parts += [whole[place:at], f"</{name}>".encode()]
        place = at
    return b"".join([*parts, whole[place:]]).decode("utf-8", "surrogatepass")


def missing_ends(html: bytes, kind: str) -> Iterator[tuple[int, str]]:
    """Where the end tags of which elements were left out, from first to last."""
    names = _NAMES[kind]
    opened: list[str] = []
    place = 0
    for tag in tags(html):
        inner = opened[-_DEEP:]
        if tag.closing:
            left = len(inner) - inner[::-1].index(tag.name) if tag.name in inner else len(inner)
        else:
            left = _still_open(inner, tag.name)
        ended = inner[left:][::-1]
        bare = place + len(html[place : tag.start].rstrip(_BLANKS)) if ended else 0
        yield from ((bare, name) for name in ended if name in names)
        del opened[len(opened) - len(ended) :]
        if tag.closing:
            del opened[len(opened) - (opened[-1:] == [tag.name]) :]
        elif tag.name not in VOID and html[tag.end - 2 : tag.end] != b"/>":
            opened.append(tag.name)
        place = tag.end
    bare = place + len(html[place:].rstrip(_BLANKS))
    yield from ((bare, name) for name in opened[::-1] if name in names)


def _still_open(opened: Sequence[str], name: str) -> int:
    """How many of the open elements are still open where one begins."""
    ended, within = _ENDED.get(name, _NOTHING)
    left = len(opened)
    for number in range(len(opened) - 1, -1, -1):
        if opened[number] in within:
            break
        if opened[number] in ended:
            left = number
    if left == len(opened) and name in _END_PARAGRAPH:
        for number in range(len(opened) - 1, -1, -1):
            if opened[number] == "p":
                return number
            if opened[number] in _HELD:
                break
    return left
