"""Where source posts lie: a layout that cannot be meant is refused, and none leads out of the archive."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.archive.files import PostFiles


@pytest.mark.parametrize(
    ("layout", "path"),
    [
        ("{year}/{month}/{day}", "_posts/2022/03/01/2022-03-01-a.md"),
        ("", "_posts/2022-03-01-a.md"),
        ("/{year}/", "_posts/2022/2022-03-01-a.md"),
        ("news/{year}-{month}", "_posts/news/2022-03/2022-03-01-a.md"),
        ("..a/b..", "_posts/..a/b../2022-03-01-a.md"),
    ],
)
def test_a_layout(layout: str, path: str) -> None:
    assert PostFiles(Path(), layout).path_of("2022-03-01-a.md") == path


@pytest.mark.parametrize(
    ("layout", "said"),
    [
        ("{category}", "there is no field {category}"), ("{}", "there is no field {}"), ("{0}", "there is no field {0}"),
        ("{year", "cannot be read"), ("year}", "cannot be read"), ("{year.x}", "there is no field"),
        ("../x", "leads out of the archive"), ("a/../../x", "leads out"), ("a//b", "leads out"), ("./a", "leads out"),
        ("a\nb", "is no folder"), ("a\0b", "is no folder"), ("a\\b", "is no folder"),
    ],
)  # fmt: skip
def test_one_that_cannot_be_meant(layout: str, said: str) -> None:
    with pytest.raises(ValueError, match="POSTS_LAYOUT") as caught:
        PostFiles(Path(), layout)
    assert said in str(caught.value)


@given(st.text(alphabet="{}./\\ayear%:!\0\n0"))
def test_whatever_is_given_is_refused_or_stays_below_posts(layout: str) -> None:
    try:
        path = PostFiles(Path(), layout).path_of("2022-03-01-a.md")
    except ValueError:
        return
    parts = path.split("/")
    assert parts[0] == "_posts"
    assert parts[-1] == "2022-03-01-a.md"
    assert not {"", ".", ".."} & set(parts)
