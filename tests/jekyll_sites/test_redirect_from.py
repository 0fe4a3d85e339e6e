"""``redirect_from`` of a site that the real Jekyll built comes back, and Jekyll makes the same stub pages of the export."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.jekyll_sites.dumped import build_and_dump
from tests.jekyll_sites.server import BuiltServer
from tests.jekyll_sites.test_rules_that_bite import POST
from tests.replica.build import JekyllMissing, run_jekyll
from tests.replica.crawl import run, settings_for

if TYPE_CHECKING:
    from pathlib import Path

HOME = "https://cove.example/notes/"
CONFIG = """\
title: Cove
url: https://cove.example
baseurl: /notes
permalink: pretty
plugins: [jekyll-feed, jekyll-sitemap, jekyll-redirect-from]
"""
#: What each post has under ``redirect_from``, as its source writes it.
WRITTEN = {
    "2023-02-01-ebb.md": "redirect_from: /ebb.html\n",
    "2023-02-02-flood.md": "redirect_from:\n  - /flood/\n  - /2023/02/01/flood-tide/\n  - old/flood\n",
    "2023-02-03-neap.md": 'redirect_from: ["/2023/02/03/neap", "/潮/小 潮.html"]\n',
    "2023-02-04-spring.md": "",
    "2023-02-05-bore.md": "redirect_from: /1/2/?x=1\n",
}
#: The same as lists of addresses: each begins with a slash, as the plugin has it.
MEANT = {
    "2023-02-01-ebb.md": ["/ebb.html"],
    "2023-02-02-flood.md": ["/flood/", "/2023/02/01/flood-tide/", "/old/flood"],
    "2023-02-03-neap.md": ["/2023/02/03/neap", "/潮/小 潮.html"],
    "2023-02-04-spring.md": None,
    "2023-02-05-bore.md": ["/1/2/?x=1"],
}
INDEX = '---\n---\n<html><body>{% for post in site.posts %}<a href="{{ post.url | relative_url }}">{{ post.title }}</a>{% endfor %}</body></html>\n'


def _post(name: str, keys: str) -> str:
    word = name[11:-3]
    return f"---\nlayout: post\ntitle: On {word}\n{keys}---\nThe {word} tide, *and* more of {word}.\n\nIts second paragraph, {word}.\n"


@pytest.fixture(scope="module")
def back(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """The site as it was built, and the root of its archive."""
    sources, built, root = (tmp_path_factory.mktemp(name) for name in ("sources", "built", "archives"))
    pages = {"_layouts/post.html": POST, "index.html": INDEX, "_config.yml": CONFIG}
    for name, text in (pages | {f"_posts/{name}": _post(name, keys) for name, keys in WRITTEN.items()}).items():
        (sources / name).parent.mkdir(parents=True, exist_ok=True)
        (sources / name).write_text(text, "utf-8")
    try:
        build_and_dump(sources, built)
    except JekyllMissing as missing:
        pytest.skip(str(missing))
    with BuiltServer(built, HOME) as server:
        done = run("crawl", "jekyll", "-a", f"url={HOME}", "-a", "name=cove", settings=settings_for(server.origins, root))
    assert done.returncode == 0, done.stderr
    return built, root


def _front(path: Path) -> dict[str, object]:
    return yaml.safe_load(path.read_text("utf-8").split("---\n")[1])


def test_each_post_has_the_addresses_that_its_source_had(back: tuple[Path, Path]) -> None:
    found = {path.name: _front(path).get("redirect_from") for path in (back[1] / "cove").rglob("_posts/**/*.md")}
    assert found == MEANT


def test_jekyll_makes_the_same_stub_pages_of_the_export(back: tuple[Path, Path], tmp_path: Path) -> None:
    built, root = back
    done = run("export", "cove", "--format", "jekyll", "--output", str(tmp_path / "export"), settings=settings_for({}, root))
    assert done.returncode == 0, done.stderr
    config = tmp_path / "export" / "_config.yml"
    text = config.read_text("utf-8")
    assert "jekyll-redirect-from makes the pages" in text
    run_jekyll(tmp_path / "export", tmp_path / "plain")
    assert not (tmp_path / "plain" / "redirects.json").exists()
    config.write_text(
        re.sub(r"# plugins: .*", "plugins: [jekyll-redirect-from]", text).replace("safe: true", "safe: false"), "utf-8"
    )
    run_jekyll(tmp_path / "export", tmp_path / "again")
    assert yaml.safe_load((tmp_path / "again" / "redirects.json").read_text("utf-8")) == yaml.safe_load(
        (built / "redirects.json").read_text("utf-8")
    )
    stubs = [path for path in built.rglob("*.html") if "Redirecting" in path.read_text("utf-8")]
    assert len(stubs) == 7
    for stub in stubs:
        assert (tmp_path / "again" / stub.relative_to(built)).read_bytes() == stub.read_bytes()
