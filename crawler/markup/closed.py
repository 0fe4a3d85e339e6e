"""Replaces markup that has a closing part, in time that is linear in the length of the text."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import re
    from collections.abc import Callable


def sub_closed(pattern: re.Pattern[str], end: str, new: str | Callable[[re.Match[str]], str], text: str) -> str:
    r"""Replace the matches of a pattern that all end with ``end``; the same as ``pattern.sub(new, text)``.

    The part behind the last ``end`` has no match and is left out, because each opening there would be searched to its end.

    >>> import re
    >>> sub_closed(re.compile("<b>(.*?)</b>"), "</b>", r"**\1**", "<b>x</b> <b>y")
    '**x** <b>y'
    """
    head, closing, tail = text.rpartition(end)
    return pattern.sub(new, head + closing) + tail
