"""The paths of index lines: none may lead out of ``_posts``, whatever symbolic links are there."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from crawler.upkeep.verify.posts import Below

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """An archive that is reached by a link, with links in it and out of it."""
    real, outside = tmp_path / "real", tmp_path / "outside"
    (real / "_posts" / "2022").mkdir(parents=True)
    (outside / "2022").mkdir(parents=True)
    (real / "_posts" / "2022" / "a.md").write_text("a")
    (outside / "2022" / "a.md").write_text("a")
    (real / "_posts" / "inside").symlink_to("2022")
    (real / "_posts" / "out").symlink_to(outside)
    (real / "_posts" / "2022" / "in.md").symlink_to("a.md")
    (real / "_posts" / "2022" / "out.md").symlink_to(outside / "2022" / "a.md")
    (real / "_posts" / "2022" / "nowhere.md").symlink_to("missing")
    (tmp_path / "link").symlink_to(real)
    return tmp_path / "link"


@pytest.mark.parametrize(
    "folder", ["2022", "inside", "out", "out/2022", "missing", "2022/..", "..", "../_posts/2022", "2022/../.."]
)
@pytest.mark.parametrize("name", ["a.md", "in.md", "out.md", "nowhere.md", "missing.md"])
def test_below(archive: Path, folder: str, name: str) -> None:
    path = f"_posts/{folder}/{name}"
    expected = (archive / path).resolve().is_relative_to(archive.resolve() / "_posts")
    below = Below(archive)
    assert [below.has(path), below.has(path)] == [expected, expected]
    assert below.has("_posts/2022/a.md")
    assert not below.has("_posts/out/2022/a.md")
