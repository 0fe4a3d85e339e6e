"""A whole Hugo site of the archived posts: the same articles under Hugo's own front matter."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.resources import files
from pathlib import Path
from urllib.parse import unquote, urlsplit

import orjson

from crawler.exporters.place import folder_at
from crawler.exporters.rows import Row
from crawler.sites.site import Site, zone

_SHORTCODES = (("{{<", "{{&lt;"), ("{{%", "{{&#37;"))


def write_hugo(rows: Iterable[Row], target: Path, site: Site) -> int:
    """The folder; gives the number of posts. Front matter is JSON, which Hugo takes as it takes YAML."""
    with folder_at(target) as folder:
        number = 0
        for number, row in enumerate(rows, 1):  # noqa: B007 - its last value is their number
            path = folder / "content" / "posts" / row["date"][:7] / f"{Path(row['path']).stem}.md"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_front_matter(row) + _article(row["body"]), "utf-8")
        frame = files("crawler.exporters").joinpath("frames/hugo")
        for name in ("baseof.html", "home.html", "list.html", "single.html"):
            layout = folder / "layouts" / "_default" / name
            layout.parent.mkdir(parents=True, exist_ok=True)
            layout.write_bytes(frame.joinpath(name).read_bytes())
        (folder / "hugo.toml").write_text(_config(site), "utf-8")
    return number


def _front_matter(row: Row) -> str:
    about = {
        "title": row["title"],
        "date": row["date"],
        "url": unquote(urlsplit(row["url"]).path),
        "categories": row["categories"],
        "tags": row["tags"],
        "params": {"id": row["id"], "source": row["source"], "fidelity": row["fidelity"]},
    }
    return orjson.dumps(about, option=orjson.OPT_INDENT_2).decode() + "\n\n"


def _article(body: str) -> str:
    """Nothing in a stranger's text is a shortcode."""
    for code, harmless in _SHORTCODES:
        body = body.replace(code, harmless)
    return body + "\n"


def _config(site: Site) -> str:
    return f"""baseURL = {orjson.dumps(site.home).decode()}
title = {orjson.dumps(site.name).decode()}
timeZone = "{zone(site)}"
buildFuture = true
disableKinds = ["RSS", "sitemap"]
[markup.goldmark.renderer]
unsafe = true # articles are HTML
"""
