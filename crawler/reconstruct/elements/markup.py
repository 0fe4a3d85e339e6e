"""HTML as a person writes what kramdown writes in its own way, and kramdown's lists of attributes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Attributes that are written without a value; kramdown gives them an empty one.
_WITHOUT_VALUE = re.compile(
    r"(?<=\s)(allowfullscreen|async|autofocus|autoplay|checked|controls|default|defer|disabled|hidden|itemscope|loop"
    r"|mozallowfullscreen|multiple|muted|nomodule|novalidate|open|playsinline|readonly|required|reversed|selected"
    r"|webkitallowfullscreen)=\"\"(?=[\s>/])"
)
_NAMES = frozenset(
    name.decode()
    for name in b"a abbr acronym address applet area article aside audio b base basefont bdi bdo big blink blockquote body br "
    b"button canvas caption center cite code col colgroup command data datalist dd del details dfn dialog dir div dl "
    b"dt em embed fieldset figcaption figure font footer form frame frameset h1 h2 h3 h4 h5 h6 head header hgroup hr "
    b"html i iframe img input ins kbd keygen label legend li link main map mark marquee math menu menuitem meta meter "
    b"nav nobr noframes noscript object ol optgroup option output p param picture plaintext pre progress q rb rbc rp "
    b"rt rtc ruby s samp script search section select slot small source span strike strong style sub summary sup svg "
    b"table tbody td template textarea tfoot th thead time title tr track tt u ul var video wbr xmp".split()
)
_TAG = re.compile(r"<[^>]*>")


def html_spellings(raw: str, void_end: str = ">") -> tuple[str, ...]:
    """The ways to write HTML that kramdown writes like this, the likeliest first; elements with no inside end in ``void_end``.

    >>> html_spellings('<img src="a" />')
    ('<img src="a">', '<img src="a" />', '<img src="a"/>')
    """
    short = _WITHOUT_VALUE.sub(r"\1", raw)
    likely = [short.replace(" />", end) for end in (void_end, ">", " />", "/>")]
    return tuple(dict.fromkeys((*likely, raw.replace(" />", void_end), raw)))


def attribute_list(attributes: Mapping[str, str]) -> str:
    """A list of attributes, as kramdown reads it.

    >>> attribute_list({"class": "a b", "id": "c", "title": "d"})
    '{: .a .b #c title="d"}'
    """
    parts = []
    for name, value in attributes.items():
        if name == "class":
            parts += [f".{one}" for one in value.split()]
        else:
            parts.append(f"#{value}" if name == "id" else f'{name}="{value}"')
    return f"{{: {' '.join(parts)}}}"


def is_liquid(text: str) -> bool:
    """Whether Liquid would read something in a text, and ``raw`` keeps it from that."""
    return ("{{" in text or "{%" in text) and "endraw" not in text


def is_no_html(name: str) -> bool:
    """Whether a name is neither an HTML element's nor one of a page's own, which have a hyphen.

    >>> is_no_html("t"), is_no_html("b"), is_no_html("my-own")
    (True, False, False)
    """
    return name not in _NAMES and "-" not in name


def without_tags(html: str) -> str:
    """The text of HTML, its entities as they are."""
    return _TAG.sub("", html)
