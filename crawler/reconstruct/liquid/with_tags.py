"""Texts of a source post with the tags of Liquid between them, so that Jekyll can make an excerpt of the post, too.

Jekyll closes the blocks of Liquid that it finds in an excerpt, those within ``raw`` among them: behind an ``endraw``, an
``endif`` ends the whole build. Where that would be so, braces are escaped one by one.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from crawler.markup.titles.markdown import escape_liquid

if TYPE_CHECKING:
    from collections.abc import Sequence

_RAW, _END = "{% raw %}", "{% endraw %}"
#: Blocks of Liquid, and that of Jekyll's own; other tags need no end.
_BLOCK = re.compile(r"\{%-?\s{0,20}(if|unless|for|case|capture|comment|tablerow|ifchanged|highlight)\b")
#: What ends an excerpt: Jekyll's own, the first of which counts, and the comments that sites have: any may be that one.
_EMPTY_LINE, _COMMENT = "\n\n", "<!--"


def with_tags(texts: Sequence[str], tags: Sequence[str]) -> str:
    r"""The texts with a tag between each two of them; none of ``raw`` where Jekyll could make no excerpt.

    >>> with_tags(["Write ", ":\n\nMore\n"], ["{% raw %}`{% if x %}`{% endraw %}"])
    "Write `{{ '{%' }} if x %}`:\n\nMore\n"
    >>> with_tags(["Write\n\n", ".\n"], ["{% raw %}`{% if x %}`{% endraw %}"])
    'Write\n\n{% raw %}`{% if x %}`{% endraw %}.\n'
    >>> with_tags(["All of ", ".\n"], ["{% raw %}`{% if x %}`{% endraw %}"])
    'All of {% raw %}`{% if x %}`{% endraw %}.\n'
    >>> with_tags(["A <!-- note --> ", " b\n\nMore\n"], ["{% raw %}`{% if x %}`{% endraw %}"])
    "A <!-- note --> `{{ '{%' }} if x %}` b\n\nMore\n"
    """
    pieces = [texts[0].lstrip("\n"), *(f"{tag}{after}" for tag, after in zip(tags, texts[1:], strict=True))]
    lines = (number for number, piece in enumerate(pieces) if _EMPTY_LINE in piece)
    comments = (number for number, piece in enumerate(pieces) if _COMMENT in piece)
    first = max(next(lines, 0), *comments, 0)  # the excerpt ends in this one, or before it
    in_excerpt = [_spelt(tag) for tag in tags[:first]]
    return texts[0] + "".join(tag + after for tag, after in zip([*in_excerpt, *tags[first:]], texts[1:], strict=True))


def _spelt(tag: str) -> str:
    """A tag in an excerpt: one of ``raw`` with the braces escaped one by one, where a block begins in it that does not end."""
    if not tag.startswith(_RAW) or all(re.search(rf"\{{%-?\s{{0,20}}end{name}\b", tag) for name in set(_BLOCK.findall(tag))):
        return tag
    return escape_liquid(tag.removeprefix(_RAW).removesuffix(_END).strip("\n"))
