"""Sites made of the archive again, built by the real Jekyll and the real Hugo."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from tests.archives import index
from tests.conftest import missing

if TYPE_CHECKING:
    from tests.exporters.conftest import Export


def built(command: list[str], cwd: Path) -> None:
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def page_of(site: Path, url: str) -> Path:
    return site / unquote(urlsplit(url).path).lstrip("/")


def links(page: Path) -> set[str]:
    return {unescape(address) for address in re.findall(r'href="(/[^"/][^"]*)"', page.read_text("utf-8"))}


def test_jekyll_builds_a_site_to_browse(jekyll: str, crawled: Path, tmp_path: Path, make: Export) -> None:
    make(crawled, "jekyll", tmp_path / "source")
    built([jekyll, "build", "--quiet", "--disable-disk-cache", "-s", "source", "-d", "site"], tmp_path)
    site, entries = tmp_path / "site", index(crawled / "finews")
    assert all(page_of(site, entry["url"]).is_file() for entry in entries)
    for entry in entries:
        (source,) = (tmp_path / "source" / "_posts").rglob(Path(entry["path"]).name)
        assert source.read_bytes() == (crawled / "finews" / entry["path"]).read_bytes()
    reached = links(site / "index.html")
    assert reached
    for category in {name for entry in entries for name in entry["categories"]}:
        page = site / "category" / f"{category}.html"
        assert links(page), category
        reached |= links(page)
    lost = [address for address in reached if not page_of(site, address).is_file()]
    assert lost == []
    assert {unquote(urlsplit(entry["url"]).path) for entry in entries if entry["categories"]} <= set(map(unquote, reached))


def test_hugo_builds_the_same_posts(crawled: Path, tmp_path: Path, make: Export) -> None:
    hugo = shutil.which("hugo") or missing("hugo", "apt-get install hugo")
    make(crawled, "hugo", tmp_path / "source")
    built([hugo, "--quiet", "--destination", str(tmp_path / "site")], tmp_path / "source")
    entries = index(crawled / "finews")
    for entry in entries:
        page = page_of(tmp_path / "site", entry["url"]).read_text("utf-8")
        assert "<article>" in page
        assert entry["date"][:10] in page
    assert (tmp_path / "site" / "index.html").is_file()
