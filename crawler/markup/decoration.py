"""What a layout puts into contents: anchors in headings, headers of code, boxes around tables; each as two texts with holes.

``<h2 id="{1}">{2}</h2>`` is what Jekyll renders, ``<h2 id="{1}">{2}<a href="#{1}">#</a></h2>`` what pages show of it. A hole
between quotes stands for the value of an attribute, one in a tag for attributes, any other for whatever is up to the text
behind it. Nothing is taken out that would not be put back byte for byte.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

HOLE = re.compile(r"\{(\d)\}")


class BadDecoration(ValueError):
    """One line: what is wrong with the two texts."""


def check(rendered: str, shown: str) -> None:
    """Do nothing if both texts can be found in contents, and each be made of the other.

    :raises BadDecoration: if not.
    """
    if not rendered.startswith("<") or not shown.startswith("<"):
        raise BadDecoration("both texts begin with a tag")
    if rendered == shown:
        raise BadDecoration("both texts are the same")
    if set(HOLE.findall(rendered)) != set(HOLE.findall(shown)):
        raise BadDecoration("both texts have the same holes, {1} to {9}")
    for text in (rendered, shown):
        if re.search(r"\}\{\d\}", text) or HOLE.match(text[-len("{1}") :]):
            raise BadDecoration("behind each hole stands some text that is none")


def undecorated(html: str, table: Mapping[str, str]) -> str:
    """A content as Jekyll rendered it; what would not be put back as it is stays in it.

    >>> table = {'<h2 id="{1}">{2}</h2>': '<h2 id="{1}">{2} <a href="#{1}">#</a></h2>'}
    >>> undecorated('<h2 id="a">A <a href="#a">#</a></h2>', table)
    '<h2 id="a">A</h2>'
    >>> undecorated('<h2 id="a">A <a href="#a">#</a></h2><h2 id="b">B</h2>', table)
    '<h2 id="a">A <a href="#a">#</a></h2><h2 id="b">B</h2>'
    """
    for rendered, shown in table.items():
        before = taken_out(html, rendered, shown)
        if before != html and put_in(before, rendered, shown) == html:
            html = before
    return html


def taken_out(html: str, rendered: str, shown: str) -> str:
    """A content with the first of two texts wherever the second one stands."""
    return _replaced(html, shown, rendered)


def put_in(html: str, rendered: str, shown: str) -> str:
    """A content with the second of two texts wherever the first one stands."""
    return _replaced(html, rendered, shown)


def count(html: str, text: str) -> int:
    """How often a text with holes stands in a content."""
    return sum(1 for _ in _pattern(text).finditer(html)) if _literal(text) in html else 0


def _replaced(html: str, old: str, new: str) -> str:
    if _literal(old) not in html:
        return html
    return _pattern(old).sub(lambda found: HOLE.sub(lambda hole: found[f"n{hole[1]}"], new), html)


def _literal(text: str) -> str:
    """What stands before the first hole."""
    return HOLE.split(text, maxsplit=1)[0]


@lru_cache(maxsize=512)
def _pattern(text: str) -> re.Pattern[str]:
    """Finds a text with holes. It takes linear time: no hole goes on over a place where the text begins again."""
    parts = HOLE.split(text)
    pattern, before = re.escape(parts[0]), parts[0]
    for hole, literal in zip(parts[1::2], parts[2::2], strict=True):
        if f"(?P<n{hole}>" in pattern:
            pattern += f"(?P=n{hole})"
        else:
            pattern += f"(?P<n{hole}>{_held(before, literal, parts[0])})"
        pattern += re.escape(literal)
        before += f"{{{hole}}}{literal}"
    return re.compile(pattern)


def _held(before: str, literal: str, start: str) -> str:
    """What a hole may hold, by the text before it and that behind it."""
    inside = before[before.rfind("<") :]
    if ">" not in inside:
        if inside.count('"') % 2:
            return r'[^"<>]*+'
        return r"[^<>]*?" if ">" in literal else rf"(?:(?!{re.escape(literal)})[^<>])*+"
    if literal.startswith("<"):
        return rf"[^<]*+(?:<(?!{re.escape(start[1:])}|{re.escape(literal[1:])})[^<]*+)*+"
    return rf"(?:(?!{re.escape(start)}|{re.escape(literal)})[\s\S])*+"
