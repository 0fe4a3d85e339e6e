"""Posts at addresses with characters that no file name may have, or more of them: each comes back, and Jekyll publishes it there."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

import pytest
import yaml

from tests.replica import jekyll_forks
from tests.spiders.stranger import Crawled, Stranger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: Two of these have one name without what no file name may have, and the last two one for all that a file name holds.
_SLUGS = {0: "salt:wind", 1: "salt-wind", 2: "what?", 3: 'a "lamp"', 4: "star*", 5: "a|b<c>", 6: "潮" * 82, 7: "潮" * 81 + "水"}


class Marked(Stranger):
    """A site with such posts, besides usual ones."""

    @staticmethod
    def day(number: int) -> str:
        return "2024/05/11" if number in _SLUGS else Stranger.day(number)

    def path(self, number: int) -> str:
        slug = _SLUGS.get(number)
        return f"{self.base}{self.day(number)}/{quote(slug)}/" if slug else super().path(number)


@pytest.fixture
def marked() -> Iterator[Marked]:
    with Marked(30) as site:
        yield site


def test_they_come_back_and_are_published_at_their_addresses(jekyll: str, tmp_path: Path, marked: Marked) -> None:
    shore = Crawled(tmp_path, marked)
    report = shore.crawl()
    assert (report["rejections"], len(shore.index)) == ([], 30)
    assert shore.run("verify", "shore").returncode == 0
    assert shore.run("explain", "shore", "2024-05-11-what-").returncode == 0
    site = tmp_path / "site"
    assert shore.run("export", "shore", "--format", "jekyll", "--output", str(site)).returncode == 0
    built = jekyll_forks.run([jekyll, "build", "--quiet", "--source", str(site), "--destination", str(tmp_path / "built")])
    assert built.returncode == 0, built.stderr
    there = {path.parent.name for path in (tmp_path / "built").rglob("index.html")}
    assert set(_SLUGS.values()) <= there
    own = {
        name: yaml.safe_load(text.split("---")[1]).get("permalink")
        for name, text in ((path.stem, path.read_text("utf-8")) for path in (shore.archive / "_posts").rglob("*.*"))
    }
    assert own["2024-05-11-what-"] == "/2024/05/11/what?/"
    assert own["2024-05-11-star-"] == "/2024/05/11/star*/"
    assert sum(permalink is not None for permalink in own.values()) == 8
