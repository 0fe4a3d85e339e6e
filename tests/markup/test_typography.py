from __future__ import annotations

import pytest

from crawler.markup.titles.typography import undo_typography


@pytest.mark.parametrize(
    ("shown", "source", "unsure"),
    [
        ("\u80a1\u4ef7\u4e0a\u6da8\u3002", "\u80a1\u4ef7\u4e0a\u6da8\u3002", False),
        ("\u4ed6\u8bf4\u201c\u597d\u201d", "\u4ed6\u8bf4\u201c\u597d\u201d", False),
        ("\u4ed6\u8bf4\u201d\u597d\u201d", '\u4ed6\u8bf4"\u597d"', False),
        ("\u201cen\u201d", '"en"', True),
        ("\u201c\u597d\u201d", "\u201c\u597d\u201d", True),
        ("a\u2013b", "a--b", True),
        ("a\u2026", "a...", True),
        ("a\u2026\u2026", "a\u2026\u2026", True),
        ("a\u2014\u2014b", "a\u2014\u2014b", True),
        ("it\u2019s", "it's", True),
    ],
)
def test_undone(shown: str, source: str, unsure: bool) -> None:
    assert undo_typography(shown) == (source, unsure)
