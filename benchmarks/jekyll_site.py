"""A copy of a person's checkout of a Jekyll site that builds on this machine, built with what Jekyll knows of each post."""

from __future__ import annotations

import re
import shutil
import subprocess
import tomllib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import yaml

from tests.jekyll_sites.dumped import CONFIGS, build_and_dump, copy_sources

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jekyll_sites.dumped import Post

_UNKNOWN_TAG = re.compile(r"Unknown tag '([A-Za-z_]\w*)'")
#: The address of a site whose configuration has none.
_NOWHERE = "https://site.example"
#: A tag whose plug-in is not installed writes nothing, or what it is around.
_NO_TAG = {
    "tag": 'Liquid::Template.register_tag("%s", Class.new(Liquid::Tag) { def render(context) = "" })\n',
    "block": 'Liquid::Template.register_tag("%s", Class.new(Liquid::Block))\n',
}


class CannotBuild(Exception):
    """Says why a checkout cannot be built or measured, in one line."""


@dataclass(slots=True)
class Checkout:
    """A copy of a site's sources, and what has to be different in it for Jekyll to build it here."""

    sources: Path
    config: dict[str, Any]
    home: str
    #: What was taken out: plug-ins, a theme, tags.
    left_out: list[str] = field(default_factory=list)
    tags: dict[str, str] = field(default_factory=dict)

    @property
    def kramdown(self) -> dict[str, Any]:
        """The site's own settings of kramdown."""
        found: dict[str, Any] = read_config(self.sources).get("kramdown") or {}
        return found

    def build(self, target: Path) -> list[Post]:
        """Build the site into ``target``; gives its posts, of those with one address the one whose page is there.

        :raises CannotBuild: with what Jekyll says.
        """
        while True:
            shutil.rmtree(target, ignore_errors=True)
            try:
                posts = build_and_dump(self.sources, target, self.config)
            except RuntimeError as error:
                if not self._without_tag(str(error)):
                    lines = [line.strip() for line in str(error).splitlines() if "rror" in line or "xception" in line]
                    raise CannotBuild((lines or [str(error)])[0]) from error
            else:
                return list({post.url: post for post in posts}.values())

    def _without_tag(self, error: str) -> bool:
        """Have the tag that an error names write nothing; whether there is such a tag, and it is new."""
        found = _UNKNOWN_TAG.search(error)
        if found is None:
            return False
        name, kind = found[1], "tag"
        if name.startswith("end"):
            name, kind = name.removeprefix("end"), "block"
        if self.tags.get(name) == kind:
            return False
        self.tags[name] = kind
        self.left_out = [*(text for text in self.left_out if text != f"tag {name}"), f"tag {name}"]
        plugins = self.sources / "_plugins"
        plugins.mkdir(exist_ok=True)
        (plugins / "zz-no-tags.rb").write_text("".join(_NO_TAG[kind] % tag for tag, kind in self.tags.items()), "utf-8")
        return True


def read_config(sources: Path) -> dict[str, Any]:
    """The site's ``_config.yml``; Jekyll builds a site without one.

    :raises CannotBuild: if there is neither that nor a post, or YAML does not read it.
    """
    path = next((path for name in CONFIGS if (path := sources / name).is_file()), None)
    if path is None:
        if not any(folder.is_dir() for folder in (sources / "_posts", *sources.glob("*/_posts"))):
            raise CannotBuild(f"{sources} has neither a _config.yml nor a folder _posts, so that it is no Jekyll site")
        return {}
    try:
        text = path.read_bytes().decode("utf-8-sig")
        found = tomllib.loads(text) if path.suffix == ".toml" else yaml.safe_load(text)
    except (yaml.YAMLError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CannotBuild(f"{path} cannot be read: {' '.join(str(error).split())}") from error
    return found if isinstance(found, dict) else {}


def check_out(site: Path, folder: Path, *, plugins: bool = False) -> Checkout:
    """Copy a checkout into ``folder``, without plug-ins that are not installed.

    :param plugins: whether the Ruby in the site's own ``_plugins`` is run.
    :raises CannotBuild: if it is no Jekyll site.
    """
    own = read_config(site)
    copy_sources(site, folder)
    left_out = []
    if not plugins and (folder / "_plugins").exists():
        shutil.rmtree(folder / "_plugins")
        left_out.append("_plugins (--plugins runs them)")
    installed = _gems()
    wanted = [name for key in ("plugins", "gems") for name in own.get(key) or [] if isinstance(name, str)]
    left_out += [f"plug-in {name}" for name in dict.fromkeys(wanted) if name not in installed]
    config: dict[str, Any] = {"plugins": [name for name in dict.fromkeys(wanted) if name in installed], "gems": []}
    config["plugins_dir"] = str(own["plugins_dir"]) if plugins and isinstance(own.get("plugins_dir"), str) else "_plugins"
    theme = own.get("theme")
    if theme and theme not in installed:
        config["theme"] = False  # Jekyll passes over a null
        left_out.append(f"theme {theme}")
    parts = urlsplit(str(own.get("url") or ""))
    if parts.scheme not in {"http", "https"} or parts.hostname in {None, "localhost", "127.0.0.1"}:
        config["url"] = _NOWHERE
        parts = urlsplit(_NOWHERE)
    # Some write the folder that the site is in into its address.
    base = f"{parts.path}/{own.get('baseurl') or ''}".replace("//", "/").strip("/")
    return Checkout(folder, config, f"{parts.scheme}://{parts.netloc}/" + (f"{base}/" if base else ""), left_out)


def _gems() -> set[str]:
    """The names of all Ruby packages that are installed."""
    done = subprocess.run(["ruby", "-e", "puts Gem::Specification.map(&:name)"], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def with_posts(checkout: Checkout, folder: Path, posts: dict[str, bytes]) -> Checkout:
    """A copy of a checkout in ``folder`` whose posts are these, by their paths in it; ``_posts`` is where the site has it."""
    home = str(read_config(checkout.sources).get("collections_dir") or "").strip("/")
    shutil.copytree(checkout.sources, folder, symlinks=True)
    for path in [path for path in folder.rglob("_posts") if path.is_dir() and path.exists()]:
        shutil.rmtree(path)
    for name, content in posts.items():
        path = folder / home / name if name.startswith("_posts/") else folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return Checkout(folder, checkout.config, checkout.home, list(checkout.left_out), dict(checkout.tags))
