"""A whole Jekyll site that ``jekyll build`` makes the archived site of again: home page, categories, tags, posts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path

import orjson

from crawler.exporters.place import folder_at
from crawler.exporters.rows import Row
from crawler.sites.site import Site

_UNSAFE = re.compile(r"[/\\\x00-\x1f]")


def write_jekyll(rows: Iterable[Row], target: Path, site: Site) -> int:
    """The folder; source posts in it are byte for byte the archive's. Gives their number."""
    categories: Counter[str] = Counter()
    with folder_at(target) as folder:
        number = 0
        for number, row in enumerate(rows, 1):  # noqa: B007 - its last value is their number
            path = folder / "_posts" / row["date"][:7] / Path(row["path"]).name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(row["raw"].encode())
            categories.update(set(row["categories"]))
        _write_frame(folder, site)
        for name in sorted(categories):
            if not _UNSAFE.search(name) and not name.startswith("."):
                _page(folder / "category" / f"{name}.html", "category", name)
    return number


def _write_frame(folder: Path, site: Site) -> None:
    frame = files("crawler.exporters").joinpath("frames/jekyll")
    (folder / "_layouts").mkdir(parents=True)
    for name in ("default.html", "post.html", "category.html"):
        (folder / "_layouts" / name).write_bytes(frame.joinpath(name).read_bytes())
    (folder / "index.html").write_bytes(frame.joinpath("index.html").read_bytes())
    about = f"title: {orjson.dumps(site.name).decode()}\nurl: {site.home.rstrip('/')}\nexclude: [.backfile-export]\n"
    (folder / "_config.yml").write_text(about + site.jekyll.config, "utf-8")


def _page(path: Path, layout: str, name: str) -> None:
    path.parent.mkdir(exist_ok=True)
    quoted = orjson.dumps(name).decode()  # a JSON string is one of YAML, too
    path.write_text(f"---\nlayout: {layout}\ntitle: {quoted}\ncategory: {quoted}\n---\n", "utf-8")
