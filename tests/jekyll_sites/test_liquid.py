"""A site with includes, crawled with some of its source posts given: what their tags gave is a tag in the other posts, too."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from benchmarks.given_back import GivenBack, path_of, read_archive
from tests.jekyll_sites.dumped import build_and_dump
from tests.jekyll_sites.sites import SITES, serve
from tests.replica.crawl import run, settings_for

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.jekyll_sites.dumped import Post

HARBOUR = next(site for site in SITES if site.name == "harbour")
SAMPLES = ("2019-06-15-new-fenders.md", "2020-02-29-leap-day.md", "2020-06-01-open-again.md", "2021-06-05-painting.md")
WARNING = "{% include warning.html %}"


@dataclass(frozen=True, slots=True)
class Sampled:
    root: Path
    posts: dict[str, Post]
    back: dict[str, GivenBack]

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        return run(arguments[0], HARBOUR.name, *arguments[1:], settings={"ARCHIVE_ROOT": str(self.root)})

    def body(self, path: str) -> str:
        return self.back[path].body

    @property
    def toml(self) -> str:
        return (self.root / HARBOUR.name / "site.toml").read_text("utf-8")


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory) -> Sampled:
    root = tmp_path_factory.mktemp("sampled")
    posts = {path_of(post.url): post for post in build_and_dump(HARBOUR.sources, root / "built")}
    given = ",".join(str(HARBOUR.sources / "_posts" / name) for name in SAMPLES)
    with serve(HARBOUR, root / "built") as server:
        settings = settings_for(server.origins, root)
        done = run(
            "crawl", "jekyll", "-a", f"url={HARBOUR.home}", "-a", "name=harbour", "-a", f"samples={given}", settings=settings
        )
    assert done.returncode == 0, done.stderr
    return Sampled(root, posts, read_archive(root / HARBOUR.name))


def test_includes_of_the_samples_stand_in_the_other_posts(sampled: Sampled) -> None:
    assert "\n\n{% include warning.html %}\n\n" in sampled.body(_path(sampled, "2019-08-17-regatta"))
    assert "\n\n{% include warning.html %}\n\n" in sampled.body(_path(sampled, "2020-04-10-closed"))
    figure = '{% include figure.html src="/img/gate.svg" alt="The gate" caption="It opens" class="narrow" %}'
    assert figure in sampled.body("/open/")
    assert "]({{ site.baseurl }}/berths/)" in sampled.body(_path(sampled, "2020-02-29-leap-day"))


def _path(sampled: Sampled, name: str) -> str:
    return next(path for path, post in sampled.posts.items() if name in post.source)


def test_each_rule_says_how_many_posts_bear_it_out(sampled: Sampled) -> None:
    assert '# source posts tell it, and 2 of 9 other posts have it\n"{% include warning.html %}" = ' in sampled.toml


def test_jekyll_renders_them_as_the_pages_show(sampled: Sampled) -> None:
    done = sampled.run("verify", "--render")
    assert (done.returncode, "13 rendered with Jekyll: everything holds" in done.stdout) == (0, True), done.stdout


def test_the_export_has_the_includes_and_builds_as_it_is(sampled: Sampled, tmp_path: Path) -> None:
    export = tmp_path / "export"
    done = sampled.run("export", "--format", "jekyll", "--output", str(export))
    assert done.returncode == 0, done.stderr
    assert (export / "_includes" / "warning.html").read_text("utf-8") == "**Mind:** the quay is slippery.\n{: .warning}"
    again = {path_of(post.url): post.content.strip() for post in build_and_dump(export, tmp_path / "built")}
    assert again == {path: post.content.strip() for path, post in sampled.posts.items()}


def test_a_rule_that_a_person_takes_away_is_followed_no_more(sampled: Sampled, tmp_path: Path) -> None:
    archive = sampled.root / HARBOUR.name
    old = sampled.toml
    lines = [line for line in old.split("\n") if not line.startswith(f'"{WARNING}"')]
    try:
        (archive / "site.toml").write_text("\n".join(lines), "utf-8")
        assert sampled.run("rebuild").returncode == 0
        back = read_archive(archive)
        assert all(WARNING not in post.body for post in back.values())
        assert any("{% include figure.html" in post.body for post in back.values())
        assert sampled.run("verify", "--render").returncode == 0
    finally:
        (archive / "site.toml").write_text(old, "utf-8")
        sampled.run("rebuild")


def test_what_samples_told_stays_when_none_is_given(sampled: Sampled) -> None:
    before = sampled.toml
    assert sampled.run("learn").returncode == 0
    assert sampled.toml == before
