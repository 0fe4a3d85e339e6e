"""Has the real Jekyll build the blog, with whatever of its configuration a test wants otherwise."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.replica.build import run_jekyll

SITE = Path(__file__).parent / "site"
OVERLAYS = Path(__file__).parent / "overlays"
#: Laid over the sources: pages of four posts each (``paginate`` does it by itself), tags and categories in each post's page, or on
#: two pages of their own and nowhere else.
PAGINATED, TAGS_IN_POSTS, TAGS_PAGE = "paginated", "tags-in-posts", "tags-page"
#: In every build. The source map of minima's style sheet has the path of the temporary folder in it; all else is the same each time,
#: for ``time`` in the site's own configuration is what feed.xml calls ``updated``.
_ALWAYS = {"sass": {"sourcemap": "never"}}


def build(target: Path, *overlays: str, sources: Path = SITE, **config: Any) -> Path:
    """Build the blog into ``target``, which it gives back.

    :param overlays: names of folders under ``overlays/``.
    :param sources: the blog's own, or a copy of them that a test has changed.
    :param config: keys of ``_config.yml``: ``permalink``, ``baseurl``, ``paginate``, ``show_excerpts`` and whatever Jekyll knows.
    :raises JekyllMissing: with what to install.
    """
    if "paginate" in config:
        overlays = (PAGINATED, *overlays)
        config["plugins"] = [*config.get("plugins", ["jekyll-feed"]), "jekyll-paginate"]
    with tempfile.TemporaryDirectory() as folder:
        source, changed = Path(folder) / "site", Path(folder) / "changed.yml"
        shutil.copytree(sources, source)
        for name in overlays:
            _lay_over(source, OVERLAYS / name)
        changed.write_text(yaml.safe_dump(_ALWAYS | config, allow_unicode=True), "utf-8")
        run_jekyll(source, target, "--config", f"{source / '_config.yml'},{changed}")
    return target


def _lay_over(source: Path, overlay: Path) -> None:
    """Copy a folder over the sources; a page takes the place of one that would have its address, whatever that one's suffix."""
    for path in sorted(overlay.rglob("*")):
        if path.is_file():
            place = source / path.relative_to(overlay)
            place.parent.mkdir(exist_ok=True)
            for other in place.parent.glob(f"{place.stem}.*"):
                other.unlink()
            shutil.copyfile(path, place)
