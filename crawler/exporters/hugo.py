"""A whole Hugo site of the archived posts: the same articles under Hugo's own front matter."""

from __future__ import annotations

import shutil
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import orjson

from crawler.archive.lines import json_line
from crawler.exporters.addresses import file_name, own_starts, term
from crawler.exporters.noted import NOTES, left_without
from crawler.exporters.place import folder_at

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from crawler.exporters.rows import Row
    from crawler.sites.site import Site

#: Where the pages of a taxonomy's terms are.
_FOLDERS = {"categories": "category", "tags": "tag"}
_SHORTCODES = (("{{<", "{{&lt;"), ("{{%", "{{&#37;"))


def write_hugo(rows: Iterable[Row], target: Path, site: Site) -> int:
    """The folder; gives the number of posts. Front matter is JSON, which Hugo takes as it takes YAML."""
    names: dict[str, set[str]] = {"categories": set(), "tags": set()}
    with folder_at(target) as folder, (folder / NOTES).open("wb") as notes:
        number = 0
        for number, row in enumerate(rows, 1):  # noqa: B007 - its last value is their number
            path = folder / "content" / "posts" / row["date"][:7] / f"{Path(row['path']).stem}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_front_matter(row) + _article(row["body"]), "utf-8")
            note = {"id": row["id"], "categories": _category(row), "tags": row["tags"]}
            notes.write(json_line(note))
            for kind, found in names.items():
                found.update(note[kind])
        _write_frame(folder)
        _write_names(folder, names)
        (folder / "hugo.toml").write_text(_config(site), "utf-8")
    return number


def take_out_of_hugo(target: Path, ids: Collection[str]) -> int:
    """Remove these posts, and the pages of names that no other has; gives how many were in it."""
    found, notes = left_without(target, ids)
    if notes is not None:
        names: dict[str, set[str]] = {kind: set() for kind in _FOLDERS}
        for note in notes:
            for kind, known in names.items():
                known.update(note[kind])
        for kind in names:
            shutil.rmtree(target / "content" / kind, ignore_errors=True)
        _write_names(target, names)
    for path in found:
        path.unlink()
    return len(found)


def _write_names(folder: Path, names: dict[str, set[str]]) -> None:
    for kind, found in names.items():
        for name in sorted(found):
            url, old = f"/{_FOLDERS[kind]}/{term(name)}.html", f"/{_FOLDERS[kind]}/{file_name(name)}.html"
            about: dict[str, object] = {"title": name, "url": url, "aliases": [] if old == url else [old]}
            path = folder / "content" / kind / term(name) / "_index.md"
            path.parent.mkdir(parents=True)
            path.write_text(_json(about), "utf-8")


def _write_frame(folder: Path) -> None:
    frames = files("crawler.exporters").joinpath("frames")
    layouts = folder / "layouts" / "_default"
    layouts.mkdir(parents=True)
    for name in ("baseof.html", "home.html", "list.html", "single.html"):
        (layouts / name).write_bytes(frames.joinpath("hugo", name).read_bytes())
    (folder / "layouts" / "alias.html").write_bytes(frames.joinpath("hugo", "alias.html").read_bytes())
    (folder / "static").mkdir()
    (folder / "static" / "archive.css").write_bytes(frames.joinpath("archive.css").read_bytes())


def _category(row: Row) -> list[str]:
    """All of a post's categories are one to the site: their pages are."""
    return [" ".join(row["categories"])] if row["categories"] else []


def _front_matter(row: Row) -> str:
    about = {
        "title": row["title"],
        "date": row["date"],
        "url": unquote(urlsplit(row["url"]).path),
        "categories": list(map(term, _category(row))),
        "tags": list(map(term, row["tags"])),
        "params": {"id": row["id"], "day": row["day"], "source": row["source"], "fidelity": row["fidelity"]},
    }
    return _json(about)


def _json(about: dict[str, object]) -> str:
    return orjson.dumps(about, option=orjson.OPT_INDENT_2).decode() + "\n\n"


def _article(body: str) -> str:
    """Nothing in a stranger's text is a shortcode."""
    for code, harmless in _SHORTCODES:
        body = body.replace(code, harmless)
    return body + "\n"


def _config(site: Site) -> str:
    return f"""baseURL = {orjson.dumps(site.home).decode()}
title = {orjson.dumps(site.name).decode()}
timeZone = "{site.zone}"
buildFuture = true
disableKinds = ["RSS", "sitemap"]
[markup.goldmark.renderer]
unsafe = true # articles are HTML
[params]
own = {orjson.dumps(own_starts(site)).decode()}
"""
