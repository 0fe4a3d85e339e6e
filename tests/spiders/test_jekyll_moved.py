"""The owner changed the permalinks of a known site: old addresses answer 301, or with stub pages, and posts live at new ones."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.serving import Reply
from tests.spiders.stranger import Crawled, Stranger
from tests.spiders.test_jekyll_redirects import STUB

if TYPE_CHECKING:
    from pathlib import Path


class Moved(Stranger):
    """Posts at ``/2024/05/11/x-1/``, from :meth:`move` on at ``/x-1.html``."""

    is_new = False

    def path(self, number: int) -> str:
        old = super().path(number)
        return f"{self.base}{old.rstrip('/').rpartition('/')[2]}.html" if self.is_new else old

    def move(self, *, stubs: bool) -> None:
        """Publish all posts at their new addresses; the old ones lead on to them."""
        old = {number: self.path(number) for number in self.posts}
        self.is_new = True
        for path in old.values():
            del self.pages[path]
        self.build()
        for number, path in old.items():
            to = self.path(number)
            self.pages[path] = Reply(301, headers={"Location": to, "Content-Type": "text/html"})
            if stubs:
                self.put(path, STUB.format(f"https://{self.host}{to}"))


@pytest.mark.parametrize("stubs", [False, True])
def test_no_post_is_given_twice_and_none_is_lost_when_permalinks_change(tmp_path: Path, *, stubs: bool) -> None:
    with Moved() as site:
        shore = Crawled(tmp_path, site)
        shore.crawl()
        files = _posts(shore)
        old = {number: site.path(number) for number in site.posts}
        assert set(shore.index) == set(old.values())
        site.move(stubs=stubs)
        report = shore.crawl("-a", "sweep=1", code=0 if stubs else 1)
        assert (len(report["rejections"]), len(report["failures"]), report["layout"]) == ((8, 0, []) if stubs else (0, 8, []))
        assert _posts(shore) == files
        assert set(shore.index) == set(old.values())
        for words in (["learn", "shore", "--overwrite"], ["rebuild", "shore"], ["verify", "shore"]):
            done = shore.run(*words)
            assert done.returncode == 0, done.stdout + done.stderr
        assert set(shore.index) == {site.path(number) for number in site.posts}
        assert (_posts(shore).keys(), _texts(_posts(shore))) == (files.keys(), _texts(files))
        fronts = [text.split("---\n")[1] for text in _posts(shore).values()]
        assert sum("redirect_from:\n  - /2024/" in front for front in fronts) == (8 if stubs else 0)
        shore.crawl()
        shore.crawl()
        assert len(shore.asked) <= 4


def test_a_post_that_leads_to_another_one_keeps_its_text(shore: Crawled) -> None:
    site = shore.site
    shore.crawl()
    files = _posts(shore)
    site.pages[site.path(3)] = Reply(301, headers={"Location": site.path(4), "Content-Type": "text/html"})
    site.pages[site.path(5)] = Reply(301, headers={"Location": "/", "Content-Type": "text/html"})
    site.pages["/"] = site.pages["/about/"]
    shore.run("crawl", "shore", "-a", "sweep=1")
    for words in (["learn", "shore", "--overwrite"], ["rebuild", "shore"]):
        done = shore.run(*words)
        assert done.returncode == 0, done.stdout + done.stderr
    assert _posts(shore) == files


def _posts(shore: Crawled) -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in (shore.archive / "_posts").rglob("*.md")}


def _texts(posts: dict[str, str]) -> list[str]:
    """The bodies, each as often as there is a post with it."""
    return sorted(re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL) for text in posts.values())
