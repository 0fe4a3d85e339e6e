"""A whole Hugo site of the archived posts: the same articles under Hugo's own front matter."""

from __future__ import annotations

import hashlib
import shutil
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote

import orjson
import yaml

from crawler.archive.lines import json_line
from crawler.exporters.addresses import category_names, file_name, own_starts, root, term
from crawler.exporters.output import open_folder
from crawler.exporters.post_notes import NOTES, other_notes, remove_files, write_post
from crawler.items import is_html_post
from crawler.markup.links.address import split

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from crawler.exporters.packing import Row
    from crawler.sites.site import Site

#: The folders of the pages of tags and categories.
_FOLDERS = {"categories": "category", "tags": "tag"}
#: Of a file's name, in bytes; its ending may become longer.
_LONGEST = 240
_SHORTCODES = (("{{<", "{{&lt;"), ("{{%", "{{&#37;"))


def write_hugo(rows: Iterable[Row], target: Path, site: Site) -> int:
    """Write the folder, and return the number of posts. The front matter is JSON, which Hugo reads like YAML."""
    names: dict[str, set[str]] = {"categories": set(), "tags": set()}
    joined = site.jekyll.joins_categories
    with open_folder(target) as folder, (folder / NOTES).open("wb") as notes:
        number = 0
        for number, row in enumerate(rows, 1):  # noqa: B007 - its last value is their number
            path = folder / "content" / "posts" / row["date"][:7] / _content_name(row["path"])
            note = {"id": row["id"], "categories": category_names(row["categories"], joined=joined), "tags": row["tags"]}
            path = write_post(path, (_front_matter(row, note) + _article(row["body"])).encode())
            note["file"] = path.relative_to(folder).as_posix()
            notes.write(json_line(note))
            for kind, found in names.items():
                found.update(note[kind])
        _write_frame(folder)
        _write_names(folder, names)
        (folder / "hugo.toml").write_text(_config(site), "utf-8")
    return number


def remove_from_hugo(target: Path, ids: Collection[str]) -> int:
    """Remove these posts, and the pages of names that no other post has, and return how many posts were removed."""
    notes = other_notes(target, ids)
    if notes is not None:
        names: dict[str, set[str]] = {kind: set() for kind in _FOLDERS}
        for note in notes:
            for kind, known in names.items():
                known.update(note[kind])
        for kind in names:
            shutil.rmtree(target / "content" / kind, ignore_errors=True)
        _write_names(target, names)
    return remove_files(target, ids)


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


def _content_name(path: str) -> str:
    """The name of a post's file, with an ending that Hugo knows. Posts that differ only in their endings keep different names.

    >>> [_content_name(f"_posts/2022-03-01-hello{ending}") for ending in (".md", ".markdown", ".html")]
    ['2022-03-01-hello.md', '2022-03-01-hello~markdown.md', '2022-03-01-hello~html.html']
    """
    file = Path(path)
    stem = file.stem
    if len(file.name.encode()) > _LONGEST:  # with what is added, no file system takes it
        stem = f"{stem.encode()[: _LONGEST - 50].decode('utf-8', 'ignore')}~{hashlib.sha256(stem.encode()).hexdigest()[:8]}"
    kind = "" if file.suffix == ".md" else f"~{file.suffix[1:]}"
    return f"{stem}{kind}{'.html' if is_html_post(path) else '.md'}"


def _front_matter(row: Row, note: Mapping[str, list[str]]) -> str:
    about = {
        "title": row["title"],
        "date": row["date"],
        "url": unquote(split(row["url"]).path),
        "categories": list(map(term, note["categories"])),
        "tags": list(map(term, note["tags"])),
        "params": {"id": row["id"], "day": row["day"], "source": row["source"], "fidelity": row["fidelity"]},
    }
    return _json(about)


def _json(about: dict[str, object]) -> str:
    return orjson.dumps(about, option=orjson.OPT_INDENT_2).decode() + "\n\n"


def _article(body: str) -> str:
    """The article with its shortcodes made harmless: the text of a stranger must not run any."""
    for code, harmless in _SHORTCODES:
        body = body.replace(code, harmless)
    return body + "\n"


def _config(site: Site) -> str:
    config = yaml.safe_load(site.jekyll.config) or {}
    return f"""baseURL = {orjson.dumps(root(site)[0] + "/").decode()}
title = {orjson.dumps(str(config.get("title", site.name))).decode()}
timeZone = "{site.zone}"
buildFuture = true
disableKinds = ["RSS", "sitemap"]
[markup.goldmark.renderer]
unsafe = true # articles are HTML
[params]
lang = {orjson.dumps(str(config.get("lang", ""))).decode()}
own = {orjson.dumps(own_starts(site)).decode()}
"""
