"""Pictures that a layout has browsers load late, or links to: further attributes at an end of the tag, a link around it."""

from __future__ import annotations

import re
from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_IMAGE = re.compile(
    r'(<a\s[^<>]*>)?<img(\s(?:[\w-]+="[^"<>]*"\s){0,6}?(?:data-)?)src="([^"<>]+)"((?:\s[\w-]+(?:="[^"<>]*")?){0,20})(\s?/?>)(</a>)?'
)
#: An attribute, which begins with a blank.
_ATTRIBUTE = re.compile(r'\s[\w-]+(?:="[^"<>]*")?')
#: What authors write, too.
_TYPED = re.compile(r'\s(?:alt|title|width|height|class|style|id)="')
_TYPED_BUT_CLASS = re.compile(r'\s(?:alt|title|width|height|style|id)="')
#: So many pictures out of a hundred are shown so.
_MOST = 90


class _Shown(NamedTuple):
    """The attributes before an address, and behind it, what is before its name, the end of the tag, and the link around it."""

    first: str
    before: str
    attributes: tuple[str, ...]
    end: str
    link: str


def images(contents: Iterable[str]) -> dict[str, str]:
    """What layouts show of pictures, by what Jekyll renders."""
    found = [_shown(one) for content in contents for one in _IMAGE.finditer(content)]
    most = Counter((one.before, one.end, one.link) for one in found).most_common(1)
    if not most or most[0][1] * 100 < _MOST * len(found):
        return {}
    before, end, link = most[0][0]
    alike = [one for one in found if (one.before, one.end, one.link) == most[0][0]]
    more = "".join(_common_end([one.attributes for one in alike], is_layouts=bool(link or before.strip())))
    if not before.strip() and not more and not link:  # what Markdown writes
        return {}
    first = "{3}" if any(one.first for one in alike) else ""
    return {f'<img{first} src="{{1}}"{{2}} />': f'{link}<img{first}{before}src="{{1}}"{{2}}{more}{end}{"</a>" if link else ""}'}


def _shown(one: re.Match[str]) -> _Shown:
    is_own = one[1] and one[6] and f'href="{one[3]}"' in one[1] and ' class="' in one[1]
    link = one[1].replace(f'"{one[3]}"', '"{1}"') if is_own else ""
    first = one[2].rstrip() if one[2][-1:].isspace() else one[2].rpartition(" ")[0]
    return _Shown(first, one[2][len(first) :], tuple(_ATTRIBUTE.findall(one[4])), one[5], link)


def _common_end(several: Sequence[tuple[str, ...]], *, is_layouts: bool) -> list[str]:
    """The last attributes of all, but for those that authors write, too.

    :param is_layouts: whether the layout has changed the pictures otherwise, so that the class that all have may be its own.
    """
    rows = zip(*(one[::-1] for one in several), strict=False)
    same = [row[0] for row in takewhile(lambda row: len(set(row)) == 1, rows)]
    typed = _TYPED_BUT_CLASS if is_layouts else _TYPED
    return list(takewhile(lambda one: not typed.match(one), same))[::-1]
