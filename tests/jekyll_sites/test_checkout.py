"""How a checkout is made to build where plug-ins are missing, and what the benchmark says of one that cannot be measured."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from benchmarks.jekyll_site import CannotBuild, check_out, with_posts
from tests.jekyll_sites.sites import SITES
from tests.replica.crawl import PROJECT

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def pressed(jekyll: str, tmp_path: Path) -> Path:
    """A person's checkout that wants what is not installed."""
    site = tmp_path / "checkout"
    shutil.copytree(next(site for site in SITES if site.name == "pressed").sources, site)
    with (site / "_config.yml").open("a") as config:
        config.write("plugins: [jekyll-nonesuch, jekyll-feed]\ntheme: no-such-theme\nbaseurl: flat/\n")
    post = site / "_posts" / "2017-01-08-the-blue-trio.md"
    post.write_text(post.read_text("utf-8") + "\n{% vinyl 33 %}{% sleeve %}*kept*{% endsleeve %}\n", "utf-8")
    (site / "_plugins").mkdir()
    (site / "_plugins" / "own.rb").write_text(f"File.write({str(tmp_path / 'ran')!r}, '')\n")
    return site


def test_what_is_not_installed_is_left_out_and_the_checkout_stays_as_it_is(pressed: Path, tmp_path: Path) -> None:
    before = {path: path.read_bytes() for path in pressed.rglob("*") if path.is_file()}
    checkout = check_out(pressed, tmp_path / "copy")
    posts = checkout.build(tmp_path / "built")
    assert len(posts) == 13
    assert next(post for post in posts if post.title == "The Blue Trio").content.endswith("<p><em>kept</em></p>\n")
    own, *others = checkout.left_out
    assert own.startswith("_plugins ")
    assert others == ["plug-in jekyll-nonesuch", "theme no-such-theme", "tag vinyl", "tag sleeve"]
    assert checkout.home == "https://pressed.example/flat/"
    assert {path: path.read_bytes() for path in pressed.rglob("*") if path.is_file()} == before
    assert not (tmp_path / "ran").exists()


def test_the_sites_own_ruby_is_run_when_a_person_says_so(pressed: Path, tmp_path: Path) -> None:
    checkout = check_out(pressed, tmp_path / "copy", plugins=True)
    assert not [text for text in checkout.left_out if "_plugins" in text]
    checkout.build(tmp_path / "built")
    assert (tmp_path / "ran").exists()


def test_other_posts_in_the_sites_own_layouts(pressed: Path, tmp_path: Path) -> None:
    checkout = check_out(pressed, tmp_path / "copy")
    source = b"---\ntitle: New\ndate: 2018-01-01\ncategories: jazz\n---\nOnly *this*.\n"
    posts = with_posts(checkout, tmp_path / "swapped", {"_posts/2018-01-01-new.md": source}).build(tmp_path / "built")
    assert [(post.url, post.content) for post in posts] == [("/jazz/new/", "<p>Only <em>this</em>.</p>\n")]
    assert (tmp_path / "built" / "jazz" / "new" / "index.html").read_text().startswith("<!DOCTYPE html><html")


def test_posts_in_a_folder_of_collections_are_read_and_replaced(jekyll: str, tmp_path: Path) -> None:
    site = tmp_path / "checkout"
    (site / "texts" / "_posts" / "old").mkdir(parents=True)
    (site / "texts" / "_posts" / "old" / "2018-01-01-new.md").write_text("---\ntitle: New\n---\nIt *is*.\n")
    (site / "_config.yml").write_text("collections_dir: texts\npermalink: /:title/\n")
    checkout = check_out(site, tmp_path / "copy")
    (post,) = checkout.build(tmp_path / "built")
    assert (post.source, post.body) == ("texts/_posts/old/2018-01-01-new.md", "It *is*.\n")
    for name in ("_posts/2018-01-01-new.md", post.source):
        other = with_posts(checkout, tmp_path / name.replace("/", "-"), {name: b"---\ntitle: New\n---\nIt was.\n"})
        assert [one.content for one in other.build(tmp_path / "built")] == ["<p>It was.</p>\n"]


@pytest.mark.parametrize(
    ("config", "said"),
    [
        (None, "Could not locate the included file 'gone.html'"),
        ("a: [\n", "cannot be read: "),
        ("title: a\n", "Could not locate the included file 'gone.html'"),
    ],
)
def test_a_checkout_that_does_not_build_is_said_in_one_line(jekyll: str, tmp_path: Path, config: str | None, said: str) -> None:
    site = tmp_path / "checkout"
    (site / "_posts").mkdir(parents=True)
    (site / "_posts" / "2018-01-01-new.md").write_text("---\n---\n{% include gone.html %}\n")
    if config is not None:
        (site / "_config.yml").write_text(config)
    with pytest.raises(CannotBuild) as raised:
        check_out(site, tmp_path / "copy").build(tmp_path / "built")
    assert said in str(raised.value)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["", "_config.yaml", "_config.toml"])
def test_a_site_without_a_config_yml_is_built_as_jekyll_builds_it(jekyll: str, tmp_path: Path, name: str) -> None:
    site = tmp_path / "checkout"
    (site / "_posts").mkdir(parents=True)
    (site / "_posts" / "2018-01-01-new.md").write_text("---\ntitle: New\n---\nIt *is*.\n")
    if name:
        (site / name).write_text('permalink = "/:title/"\n' if name.endswith("toml") else "permalink: /:title/\n")
    checkout = check_out(site, tmp_path / "copy")
    assert checkout.home == "https://site.example/"
    (post,) = checkout.build(tmp_path / "built")
    assert (post.url, post.content) == ("/new/" if name else "/2018/01/01/new.html", "<p>It <em>is</em>.</p>\n")


@pytest.mark.parametrize("post", [True, False])
def test_a_site_of_which_nothing_comes_back_is_said_in_one_line(jekyll: str, tmp_path: Path, post: bool) -> None:
    site = tmp_path / "checkout"
    (site / "_posts").mkdir(parents=True)
    if post:  # nothing leads to it, for there is no home page
        (site / "_posts" / "2018-01-01-new.md").write_text("---\n---\nIt is.\n")
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks", "jekyll", "--site", str(site)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    said = "gave no post (answers by status: 404: " if post else "has no posts, so that there is nothing to give back"
    assert (done.returncode, done.stderr.count("\n"), said in done.stderr) == (1, 1, True), done.stderr


def test_the_command_says_what_it_needs_in_one_line(tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "mine.txt").touch()
    site = ["--site", str(tmp_path)]
    for arguments, said in (
        ([], "jekyll needs --site DIR"),
        (["--site", str(tmp_path / "gone")], "there is no folder "),
        (site, "has neither a _config.yml nor"),
        ([*site, "--sample", "x"], "invalid int value: 'x'"),
        ([*site, "--sample", "-1"], "--sample takes a number from 0 on"),
        ([*site, "--keep", str(full)], "is there already; --keep names a new folder"),
        ([*site, "--keep", "/proc/backfile"], "/proc/backfile cannot be written: "),
        ([*site, "--nope"], "unrecognized arguments: --nope"),
    ):
        done = subprocess.run(
            [sys.executable, "-m", "benchmarks", "jekyll", *arguments], cwd=PROJECT, capture_output=True, text=True, check=False
        )
        assert done.returncode in {1, 2}, arguments
        assert said in done.stderr, arguments
        assert done.stderr.count("\n") == 1, done.stderr
    assert (full / "mine.txt").exists()
