"""News media of the replica: the name upstream gives and the pinyin the site's writer makes of it.

The forms are those of real category names: digits first, capitals, one blank, two blanks,
parentheses, two names that differ in case alone, and no name at all.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Medium:
    """``name`` is upstream's, ``pinyin`` the writer's category."""

    name: str
    pinyin: str

    @property
    def tag(self) -> str:
        """The front matter's ``tags`` value."""
        return f"{self.name}新闻"


PLAIN = [
    Medium("青岚晚报", "qinglanwanbao"),
    Medium("31商经", "31shangjing"),
    Medium("AI财讯社", "AIcaixunshe"),
    Medium("东篱日报", "dongliribao"),
    Medium("安心证券(香江)", "anxinzhengquan(xiangjiang)"),
]
#: Split by Jekyll at white space: their category pages are empty.
BLANKS = [
    Medium("Invest In投创周刊", "Invest In touchuangzhoukan"),
    Medium("31商经 南湾快线", "31shangjing  nanwankuaixian"),
]
#: Two category pages, one folder in the URLs.
CASES = [Medium("NetWeb", "NetWeb"), Medium("Netweb", "Netweb")]
NAMELESS = Medium("", "")
