"""Pictures and sounds that stand in a content themselves, as addresses of hundreds of thousands of letters (``data:``)."""

from __future__ import annotations

import re
from itertools import count
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What is shorter is no burden.
_LONG = 200
_DATA = re.compile(rf"(?<=;base64,)( ?)([A-Za-z0-9+/]{{{_LONG},}}+={{0,2}})")
_WORD = re.compile(r"inline\d+data\d+end")


def without_data(content: str) -> tuple[str, dict[str, str]]:
    """A content with a word in the place of all such data, which kramdown copies as it is; and the data by these words.

    >>> short, data = without_data(f'<img src="data:image/png;base64,{"Ab1+" * 99}==" />')
    >>> short, [len(one) for one in data.values()]
    ('<img src="data:image/png;base64,inline0data1end" />', [398])
    """
    name = next(word for number in count() if (word := f"inline{number}data") not in content)
    words: dict[str, str] = {}

    def word_for(found: re.Match[str]) -> str:
        return found[1] + words.setdefault(found[2], f"{name}{len(words) + 1}end")

    short = _DATA.sub(word_for, content)
    return short, {word: data for data, word in words.items()}


def with_data(text: str, data: Mapping[str, str]) -> str:
    """A text with the data again in the place of the words."""
    return _WORD.sub(lambda found: data.get(found[0], found[0]), text)
