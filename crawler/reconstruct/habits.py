"""How a site's source posts are spelt where the rendered page cannot tell."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Habits:
    """The spellings to try first. The defaults are what most sources have."""

    bullet: str = "-"
    emphasis: str = "*"
    rule: str = "---"
    fence: str = "`"
    fenced: bool = True
    #: The characters that are written as the ASCII that kramdown makes them of.
    ascii: str = "“”‘’–…"
    setext: bool = False
    #: A link whose text is its own address: ``<http://a.b>``.
    autolinks: bool = True
    #: How far list markers stand from the margin, and text from them.
    list_lead: int = 0
    list_gap: int = 1
    number_gap: int = 1

    @classmethod
    def of(cls, values: Mapping[str, object]) -> Habits:
        """Habits from a mapping as :meth:`as_mapping` makes it; names that are not known are left out.

        >>> Habits.of({"bullet": "*", "other": 1}).bullet
        '*'
        """
        known = {field.name: type(field.default) for field in fields(cls)}
        return cls(**{name: value for name, value in values.items() if isinstance(value, known.get(name, ()))})  # type: ignore[arg-type]

    def as_mapping(self) -> dict[str, object]:
        """Names and values, as they stand in ``site.toml``."""
        return asdict(self)


_CODE = re.compile(r"^(?P<fence>```|~~~).*?^(?P=fence)|`[^`\n]+`", re.MULTILINE | re.DOTALL)
#: What each spelling looks like in a source.
_SEEN: Mapping[str, Mapping[object, re.Pattern[str]]] = {
    "bullet": {bullet: re.compile(rf"^ *[{bullet}]\s+(?=\S)(?![-* ]+$)", re.MULTILINE) for bullet in "-*+"},
    "emphasis": {"*": re.compile(r"(?<![*\w])\*(?=[^\s*])"), "_": re.compile(r"(?<![_\w])_(?=[^\s_])")},
    "rule": {rule: re.compile(rf"^{re.escape(rule)} *$", re.MULTILINE) for rule in ("---", "***", "* * *", "- - -", "___")},
    "setext": {
        True: re.compile(r"^\S.*\n(?:=+|-+) *$", re.MULTILINE),
        False: re.compile(r"^#{1,2}(?!#)", re.MULTILINE),
    },
}


def habits_of(samples: Sequence[str]) -> Habits:
    r"""The habits of source posts, by which spelling they have most often; the default where they have none.

    >>> habits_of(["* a\\n* b"]).bullet
    '*'
    """
    found: dict[str, object] = {}
    texts = [_CODE.sub("", sample) for sample in samples]
    for name, spellings in _SEEN.items():
        votes = Counter({value: sum(len(seen.findall(text)) for text in texts) for value, seen in spellings.items()})
        value, most = votes.most_common(1)[0]
        if most:
            found[name] = value
    return Habits.of(found)
