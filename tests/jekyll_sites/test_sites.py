"""The sites are what they are said to be: a Jekyll or a plug-in that makes something else of them is noticed here."""

from __future__ import annotations

import json
import re
from html import unescape
from typing import TYPE_CHECKING

import pytest

from tests.jekyll_sites.demo import BUILT, SITE
from tests.jekyll_sites.sites import SITES, Site, build, serve
from tests.replica.__main__ import differences

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jekyll_sites.dumped import Post

    Built = dict[str, tuple[Path, list[Post]]]

#: What stands in some post of a site, and is why the site is there.
CONSTRUCTS = {
    "shore": ("<table>", 'class="footnotes"', "<!-- not shown -->", "language-python", "<kbd>", "<details>"),
    "teahouse": (
        'id="上午没有人"',
        "“蟹眼”",
        'id="markdown-toc"',
        "\\(V = ",
        'type="checkbox"',
        "<br />\n吃了三个",
        "<dl>",
        "Wi‑Fi",
    ),
    "workbench": (
        '<td class="rouge-gutter gl">',
        'data-lang="python"',
        "language-liquid",
        'data-lang="sql"',
        'class="lead"',
    ),
    "harbour": (
        '<figure class="narrow">',
        '<p class="warning">',
        "Boats: <strong>450</strong>",
        '<abbr title="estimated',
        "<dd>So is",
    ),
    "allotment": ('class="aside"', "It&#39;ll", "<table>\n<tr>", "29&deg;", "<dl>", "<h3"),
    "pressed": ("<br />", "language-plaintext", "<table>", "<em>inside</em>", "<h2>Valley</h2>", 'class="note"'),
}


def test_the_sites_are_small_and_have_each_a_dozen_posts(built: Built, site: Site) -> None:
    _, posts = built[site.name]
    assert 12 <= len(posts) <= 20
    files = [path for one in SITES for path in one.sources.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 100_000


def test_each_post_has_a_page_with_its_content(built: Built, site: Site) -> None:
    folder, posts = built[site.name]
    for post in posts:
        page = (folder / post.page).read_bytes().decode()
        assert page.count(site.shown(post)) == 1, post.source
        if site.compressed:
            assert "\n" not in re.sub(r"(?s)<pre.*?</pre>", "", page).strip()


def test_the_constructs_a_site_is_there_for(built: Built, site: Site) -> None:
    content = "\n".join(post.content for post in built[site.name][1])
    assert [text for text in CONSTRUCTS[site.name] if text not in content] == []


def test_what_no_page_shows_is_not_among_the_posts(built: Built, site: Site) -> None:
    sources = {path.name for path in (site.sources / "_posts").iterdir()}
    hidden = {"2024-05-18-not-yet.md", "2031-01-01-by-then.md"} if site.name == "shore" else set()
    assert {post.source.removeprefix("_posts/") for post in built[site.name][1]} == sources - hidden


def test_bodies_are_the_very_bytes_behind_the_front_matter(built: Built, site: Site) -> None:
    for post in built[site.name][1]:
        source = (site.sources / post.source).read_bytes().decode()
        front, between, body = source.removeprefix("---\n").partition("\n---\n")
        assert "title:" in front or "leap-day" in post.source
        assert (between, body.lstrip("\n")) == ("\n---\n", post.body)


def test_the_server_gives_every_post_at_its_address(built: Built, site: Site) -> None:
    folder, posts = built[site.name]
    with serve(site, folder) as server:
        for post in posts:
            path = site.address(post).removeprefix(f"https://{server.host}")
            assert server.answer(server.host, path).body == (folder / post.page).read_bytes()
        assert server.answer(server.host, f"{server.baseurl}/").status == 200
        assert server.answer(server.host, f"{server.baseurl}/nowhere/").status == 404
        assert json.dumps(server.origins).startswith(f'{{"https://{server.host}": "http://127.0.0.1:')


def test_a_feed_has_whole_posts_excerpts_or_is_not_there(built: Built, site: Site) -> None:
    folder, posts = built[site.name]
    if site.feed is None:
        assert not list(folder.glob("*.xml"))
        return
    feed = (folder / site.feed).read_text("utf-8")
    newest = max(posts, key=lambda post: post.date)
    assert newest.title.split()[0] in feed
    whole = newest.content.strip()
    assert (whole in feed or whole in unescape(feed)) == site.whole_feed


@pytest.mark.parametrize("site", SITES[1:], ids=lambda site: site.name)
def test_a_build_is_the_same_each_time(built: Built, site: Site, tmp_path: Path) -> None:
    again = build(site, tmp_path / "again")
    folder, posts = built[site.name]
    assert differences(folder, tmp_path / "again") == []
    assert again == posts


def test_the_committed_copy_for_the_demo_is_what_jekyll_builds(tmp_path: Path) -> None:
    build(SITE, tmp_path / "built")
    assert differences(BUILT, tmp_path / "built") == []
