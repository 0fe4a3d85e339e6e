"""A page's content as Jekyll rendered it, before layouts made addresses in it whole and put decorations into it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.learn.layouts.absolute import absolute, relative
from crawler.markup.decoration import undecorated
from crawler.reconstruct import compressed, with_ends, without_marks

if TYPE_CHECKING:
    from crawler.learn.learned import Learned


def as_rendered(learned: Learned, html: str) -> str:
    """The content without what layouts did to it, but for white space that they take away; with the end tags they leave out."""
    plain = undecorated(relative(html, learned.absolute, learned.as_built), learned.decorations)
    return with_ends(plain, str(learned.habits.get("compressed", "")))


def as_compared(learned: Learned, html: str) -> str:
    """A captured page's content as Jekyll has to make it: without decorations, all of which would be put back byte for byte.

    Where another kramdown or Rouge marked its code, it comes without these marks.
    """
    rendered = relative(html, learned.absolute, learned.as_built)
    plain = undecorated(rendered, learned.decorations)
    is_same = plain == rendered or absolute(rendered, learned.absolute, learned.as_built) != html
    return _unmarked(learned, html if is_same else absolute(plain, learned.absolute, learned.as_built))


def as_shown(learned: Learned, html: str) -> str:
    """What Jekyll rendered, as layouts show it, but for decorations: with whole addresses, without white space and end tags."""
    kind = str(learned.habits.get("compressed", ""))
    html = _unmarked(learned, absolute(html, learned.absolute, learned.as_built))
    return compressed(html, kind) if kind else html


def _unmarked(learned: Learned, html: str) -> str:
    return without_marks(html) if learned.habits.get("marked_elsewhere") else html
