"""A folder of sources that is given for the folder of its pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.replica.crawl import run

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path


def _take(root: Path, given: str) -> subprocess.CompletedProcess[str]:
    return run("import", given, "--name", "shore", "--url", "https://blog.example/", settings={"ARCHIVE_ROOT": str(root)})


@pytest.mark.parametrize("has_config", [True, False])
def test_the_folder_around_the_pages_is_told_from_them(tmp_path: Path, has_config: bool) -> None:
    """Else every page is taken at an address below ``_site/``, where none was, and so is each post."""
    (tmp_path / "site" / "_posts").mkdir(parents=True)
    (tmp_path / "site" / "_layouts").mkdir()
    (tmp_path / "site" / "_layouts" / "post.html").write_text("<html>{{ content }}</html>", "utf-8")
    if has_config:
        (tmp_path / "site" / "_config.yml").touch()
        root, given = tmp_path / "root", str(tmp_path / "site")
        bare = _take(root, given)
        said = f"{given} has a site's sources (_posts, _layouts), not its pages; jekyll build makes these: name {given}/_site\n"
        assert (bare.returncode, bare.stdout, bare.stderr) == (2, "", said)
    (tmp_path / "site" / "_site").mkdir()
    (tmp_path / "site" / "_site" / "index.html").write_text("<html><p>Home.</p></html>", "utf-8")
    around = _take(tmp_path / "root", str(tmp_path / "site"))
    said = f"{tmp_path}/site is what the site was built from; name the folder of its pages, {tmp_path}/site/_site\n"
    assert (around.returncode, around.stdout, around.stderr) == (2, "", said)
    assert not (tmp_path / "root").exists()
