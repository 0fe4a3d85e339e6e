"""Writes a replica's sources to a folder and has the real Jekyll build the site from them."""

from __future__ import annotations

import json
import shutil
import tempfile
from dataclasses import asdict
from pathlib import Path

from tests.replica.jekyll_forks import run
from tests.replica.plan import Replica, make_replica

TEMPLATES = Path(__file__).parent / "site"
BUILT = Path(__file__).parent / "built"
#: The committed copy; ``make replica`` makes it anew.
BUILT_SEED, BUILT_SIZE = 1, 80
#: What brings all that the tests' sites are built with.
INSTALL = (
    "apt-get install jekyll jekyll-theme-minima ruby-jekyll-feed ruby-jekyll-paginate ruby-jekyll-redirect-from"
    " ruby-jekyll-seo-tag ruby-jekyll-sitemap"
)


class JekyllMissing(RuntimeError):
    """Jekyll, or a theme or plug-in of it, is not installed."""


def jekyll() -> str:
    """The path of the ``jekyll`` command.

    :raises JekyllMissing: with what to install.
    """
    path = shutil.which("jekyll")
    if path is None:
        raise JekyllMissing(f"jekyll is not installed: {INSTALL}")
    return path


def run_jekyll(source: Path, destination: Path, *options: str) -> str:
    """Build ``source`` into ``destination``; gives what Jekyll printed.

    :raises JekyllMissing: with what to install, also for a theme or a plug-in that is not there.
    """
    done = run(
        [jekyll(), "build", "--source", str(source), "--destination", str(destination), "--disable-disk-cache", *options]
    )
    if "MissingDependencyException" in done.stderr:
        raise JekyllMissing(f"a theme or plug-in of Jekyll is not installed: {INSTALL}")
    if done.returncode:
        said = [line for line in f"{done.stdout}{done.stderr}".splitlines() if not line.startswith("\tfrom ")]
        raise RuntimeError("\n".join([f"jekyll build of {source} failed:", *said[-20:]]))
    return done.stdout + done.stderr


def write_site(folder: Path, posts: dict[str, str], categories: set[str]) -> None:
    """Lay out a Jekyll site: our templates, ``posts`` under ``_posts/``, a page for each category."""
    shutil.copytree(TEMPLATES, folder, dirs_exist_ok=True)
    _write_posts(folder / "_posts", posts)
    (folder / "category").mkdir(exist_ok=True)
    for category in sorted(categories - {""}):
        page = f"---\nlayout: category\ntitle: {category.title()}\ncategory: {category}\n---"
        (folder / "category" / f"{category}.html").write_text(page, "utf-8")
    (folder / "emnews").mkdir(exist_ok=True)
    (folder / "emnews" / "index.html").write_text("---\nlayout: category\ncategory: emnews\n---", "utf-8")


def build(destination: Path, seed: int, size: int) -> Replica:
    """Make the replica of ``seed`` and ``size``: ``posts/``, ``site/``, ``answers.json``, ``truth.json``."""
    replica = make_replica(seed, size)
    shutil.rmtree(destination, ignore_errors=True)
    destination.mkdir(parents=True)
    _write_posts(destination / "posts", replica.posts)
    answers = [asdict(answer) for answer in replica.answers]
    _write_json(destination / "answers.json", answers)
    _write_json(destination / "truth.json", {"garbled": replica.garbled, "edited": replica.edited})
    with tempfile.TemporaryDirectory() as folder:
        write_site(Path(folder), replica.posts, {"emnews", *(medium.pinyin for medium in replica.media)})
        run_jekyll(Path(folder), destination / "site")
    return replica


def _write_posts(folder: Path, posts: dict[str, str]) -> None:
    folder.mkdir(parents=True)
    for name, source in posts.items():
        (folder / name).write_bytes(source.encode())


def _write_json(path: Path, value: object) -> None:
    path.write_text(json.dumps(value, ensure_ascii=False, indent=0) + "\n", "utf-8")
