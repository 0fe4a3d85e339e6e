"""Each of the sites is crawled as a stranger's, and what came back is held against the sources that nobody told it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.given_back import GivenBack, path_of, read_archive, shows, with_feeds
from tests.jekyll_sites.dumped import build_and_dump
from tests.jekyll_sites.sites import SITES, Site, serve
from tests.replica.crawl import run, settings_for

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.jekyll_sites.dumped import Post

#: How many requests a run with nothing new may make.
FEW = 4


@dataclass(frozen=True, slots=True)
class Archived:
    """A site that was crawled twice."""

    site: Site
    root: Path
    posts: dict[str, Post]
    #: Each post's page, and with what feeds say of it.
    pages: dict[str, str]
    evidence: dict[str, str]
    back: dict[str, GivenBack]
    codes: tuple[int, int]
    said: str
    asked: list[str]
    before: bytes

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run(arguments[0], self.site.name, *arguments[1:], settings={"ARCHIVE_ROOT": str(self.root)})

    @property
    def pairs(self) -> list[tuple[Post, GivenBack]]:
        return [(self.posts[path], back) for path, back in self.back.items() if path in self.posts]

    @property
    def index(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in (self.root / self.site.name / "index.jsonl").read_bytes().splitlines()]


@pytest.fixture(scope="module", params=SITES, ids=lambda site: site.name)
def archived(request: pytest.FixtureRequest, built: Any, tmp_path_factory: pytest.TempPathFactory) -> Archived:
    site: Site = request.param
    folder, posts = built[site.name]
    root = tmp_path_factory.mktemp(f"{site.name}-archive")
    codes, index = [], root / site.name / "index.jsonl"
    with serve(site, folder) as server:
        before = b""
        for _ in range(2):
            server.log.clear()
            before = index.read_bytes() if index.exists() else b""
            done = run(
                "crawl",
                "jekyll",
                "-a",
                f"url={site.home}",
                "-a",
                f"name={site.name}",
                settings=settings_for(server.origins, root),
            )
            codes.append(done.returncode)
        asked = [f"{one.path} {one.status}" for one in server.log]
    pages = {post.url: (folder / post.page).read_bytes().decode() for post in posts}
    return Archived(
        site,
        root,
        {path_of(site.address(post)): post for post in posts},
        pages,
        with_feeds(folder, posts, pages),
        read_archive(root / site.name),
        (codes[0], codes[1]),
        done.stdout + done.stderr,
        asked,
        before,
    )


def test_all_posts_are_found_and_none_too_many(archived: Archived) -> None:
    assert archived.codes == (0, 0), archived.said
    assert archived.back.keys() == archived.posts.keys()


def test_what_the_pages_show_is_in_the_front_matter(archived: Archived) -> None:
    """A feed names categories and tags alike; where nothing else shows them, they are told apart only by the address."""
    wrong = []
    for post, back in archived.pairs:
        page, evidence = archived.pages[post.url], archived.evidence[post.url]
        told: dict[str, tuple[Any, Any]] = {"title": (back.title, post.title), "day": (back.date[:10], post.date[:10])}
        if shows(evidence, [post.date]):
            told["time"] = (back.date, post.date)
        if post.tags and shows(page, post.tags):
            told["tags"] = (sorted(back.tags), sorted(post.tags))
        if post.categories and shows(page, post.categories):
            told["categories"] = (sorted(back.categories), sorted(post.categories))
        if shows(evidence, [*post.tags, *post.categories]):
            told["names"] = ({*back.tags, *back.categories}, {*post.tags, *post.categories})
        both = ({*back.tags} & {*back.categories}, {*post.tags} & {*post.categories})
        told["of both kinds"] = both  # what is shown to be a category is no tag as well
        wrong += [(post.source, name, one, other) for name, (one, other) in told.items() if one != other]
    assert wrong == []
    assert archived.pairs


def test_jekyll_makes_the_same_content_of_what_came_back(archived: Archived, tmp_path: Path) -> None:
    """Of the export, as a person builds it, with all that was learned in its configuration."""
    done = archived.run("export", "--format", "jekyll", "--output", str(tmp_path / "export"))
    assert done.returncode == 0, done.stderr
    rendered = {path_of(post.url): post for post in build_and_dump(tmp_path / "export", tmp_path / "built")}
    base = path_of(archived.site.home).rstrip("/")
    different = []
    for path, post in archived.posts.items():
        again = rendered.get(path) or rendered.get(path.removeprefix(base))
        expected = archived.site.shown(post)
        made = archived.site.shown(again) if again else ""
        if made != expected:
            different.append(post.source)
    assert different == []


def test_what_the_index_says_of_itself_is_so(archived: Archived) -> None:
    for entry in archived.index:
        assert entry["fidelity"] == "rendered", (entry["path"], entry["notes"])


def test_the_archive_holds_and_its_posts_render_what_was_captured(archived: Archived) -> None:
    done = archived.run("verify", "--diff", "--jobs", "1")
    assert done.returncode == 0, done.stdout
    assert f"{len(archived.posts)} rendered with Jekyll: everything holds" in done.stdout
    done = archived.run("rebuild", "--diff", "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_run_with_nothing_new_asks_for_little_and_changes_nothing(archived: Archived) -> None:
    assert 1 <= len(archived.asked) <= FEW, archived.asked
    assert (archived.root / archived.site.name / "index.jsonl").read_bytes() == archived.before
    assert archived.before


def test_most_posts_are_markdown_again(archived: Archived) -> None:
    """Whoever wrote them in Markdown wants to go on so; what was HTML stays HTML."""
    ours = [(post.source.endswith(".html"), back.name.endswith(".html"), back.name) for post, back in archived.pairs]
    assert [name for was, now, name in ours if was != now] == []
