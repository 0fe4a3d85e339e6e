"""Has Jekyll build a folder of sources, and reads back what it knew of each post: the truth that a stranger never sees."""

from __future__ import annotations

import json
import re
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from tests.replica.build import run_jekyll

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEFT_OUT = {".git", "_site", "node_modules", "vendor", ".jekyll-cache", ".sass-cache"}
#: The files that Jekyll takes for the configuration; it reads the first that there is, and needs none.
CONFIGS = ("_config.yml", "_config.yaml", "_config.toml")
_HOOK = Path(__file__).with_name("dump.rb")
#: Jekyll's own rule for front matter, and the byte order mark that it passes over.
_FRONT = re.compile(r"\A\ufeff?(---\s*\n.*?\n?)^((---|\.\.\.)\s*$\n?)", re.DOTALL | re.MULTILINE)
#: The source map of a style sheet has the path of the temporary folder in it; and the hook is a plug-in.
_ALWAYS = {"sass": {"sourcemap": "never"}, "safe": False}


@dataclass(frozen=True, slots=True)
class Post:
    """A post as its own Jekyll knows it."""

    #: Its file, such as ``_posts/2024-01-08-hello.md``.
    source: str
    #: Its path below the site's base path, percent-encoded as Jekyll does it, and the built file below the folder of the site.
    url: str
    page: str
    title: str
    #: ISO 8601 in the site's zone.
    date: str
    tags: tuple[str, ...]
    categories: tuple[str, ...]
    #: What stands behind the front matter, byte for byte, and what Jekyll renders it to.
    body: str
    content: str
    #: The body with its Liquid run, as Jekyll gives it to its converters.
    text: str
    #: The addresses under ``redirect_from``.
    redirects: tuple[str, ...] = ()


def build_and_dump(sources: Path, target: Path, config: Mapping[str, Any] | None = None) -> list[Post]:
    """Build a copy of ``sources`` into ``target``; gives the posts, in the order of their files' names.

    :param config: keys that take the place of those in ``_config.yml``.
    :raises JekyllMissing: with what to install.
    """
    with tempfile.TemporaryDirectory() as folder:
        source, changed, dump = Path(folder) / "site", Path(folder) / "changed.yml", Path(folder) / "dump.jsonl"
        copy_sources(sources, source)
        plugins = source / str((config or {}).get("plugins_dir", "_plugins"))
        plugins.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_HOOK, plugins / "zz-dump.rb")
        changed.write_text(yaml.safe_dump(_ALWAYS | {"dump_to": str(dump)} | dict(config or {}), allow_unicode=True), "utf-8")
        own = [str(source / name) for name in CONFIGS if (source / name).is_file()][:1]
        run_jekyll(source, target, "--config", ",".join([*own, str(changed)]))
        lines = dump.read_text("utf-8").split("\n")[:-1] if dump.exists() else []
        return sorted((_post(source, json.loads(line)) for line in lines), key=lambda post: post.source)


def copy_sources(sources: Path, target: Path) -> None:
    """Copy a site's folder without what no build needs at its top."""
    shutil.copytree(sources, target, ignore=lambda folder, _: _LEFT_OUT if Path(folder) == sources else (), symlinks=True)


def _post(folder: Path, told: dict[str, Any]) -> Post:
    lists = {name: tuple(told.pop(name)) for name in ("tags", "categories", "redirects")}
    return Post(**told, **lists, body=body_of((folder / told["source"]).read_bytes().decode()))


def body_of(source: str) -> str:
    """What stands behind the front matter of a source post."""
    front = _FRONT.match(source)
    return source[front.end() :] if front else source
