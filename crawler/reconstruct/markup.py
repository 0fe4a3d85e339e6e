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


def compressed(html: str) -> str:
    r"""HTML as a layout that takes white space away leaves it: single blanks, but for what is inside ``<pre>``.

    >>> compressed("<p>a\n b</p>\n\n<pre>c\n d</pre>\n<p>e</p>")
    '<p>a b</p><pre>c\n d</pre><p>e</p>'
    """
    before, *others = html.split("<pre")
    parts = [" ".join(before.split())]
    for other in others:
        inside, end, after = other.rpartition("</pre>")
        parts.append(f"<pre{inside}{end}" + " ".join(after.split()))
    return "".join(parts)


def is_compressed(html: str) -> bool:
    """Whether such a layout made HTML of several blocks."""
    return html.count("</p>") > 1 and compressed(html) == html.strip()


def without_tags(html: str) -> str:
    """The text of HTML, its entities as they are."""
    return _TAG.sub("", html)
