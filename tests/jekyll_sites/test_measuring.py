"""What the benchmark counts, and how a checkout is made to build where plug-ins are missing."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.given_back import (
    GivenBack,
    count_built,
    count_untold,
    given_posts,
    measure,
    path_of,
    read_archive,
    shows,
    with_feeds,
    with_own_front,
)
from benchmarks.jekyll_site import CannotBuild, check_out, with_posts
from benchmarks.others import others
from tests.jekyll_sites.dumped import Post
from tests.jekyll_sites.sites import SITES

_POST = Post(
    source="_posts/2024-01-08-hello.md",
    url="/2024/hello/",
    page="2024/hello/index.html",
    title="Hello",
    date="2024-01-08T09:12:33+01:00",
    tags=("a & b",),
    categories=(),
    body="* one\n",
    content="<ul>\n  <li>one</li>\n</ul>\n",
    text="* one\n",
)
_BACK = GivenBack(
    url="https://blog.example/notes/2024/hello/",
    name="2024-01-08-hello.md",
    title="Hello",
    date="2024-01-08T09:12:33+01:00",
    tags=["a & b"],
    categories=[],
    fidelity="rendered",
    source=b"---\ntitle: Hello\n---\n* one\n",
)
_PAGE = '<time datetime="2024-01-08T09:12:33+01:00"></time><i>a &amp; b</i>'
PROJECT = Path(__file__).parents[2]


def figures(back: GivenBack, page: str = _PAGE, **more):
    return measure([_POST], "/notes", {path_of(back.url): back}, {_POST.url: page}, **more)


def test_all_the_same() -> None:
    found = figures(_BACK)
    same = (
        "posts",
        "found",
        "source",
        "normalised",
        "items",
        "typed",
        "title",
        "day",
        "time",
        "tags",
        "categories",
        "redirects",
        "rendered",
    )
    assert {row for row, count in found.counts.items() if count} == set(same)
    assert found.told == found.told_same == {"time": 1, "tags": 1, "categories": 1, "redirects": 0}


@pytest.mark.parametrize(
    ("change", "rows"),
    [
        ({"source": b"---\ntitle: Hello\n---\n- one\n"}, {"source"}),
        ({"source": b"---\ntitle: Hello\n---\n- two\n"}, {"source", "normalised", "items", "typed"}),
        ({"source": b"---\ntitle: Hello\n---\n-   one\n"}, {"source", "normalised"}),
        ({"title": "hello"}, {"title"}),
        ({"date": "2024-01-08T00:00:00+01:00"}, {"time"}),
        ({"date": "2024-01-09T09:12:33+01:00"}, {"time", "day"}),
        ({"tags": ["a"]}, {"tags"}),
        ({"categories": ["c"]}, {"categories"}),
    ],
)
def test_each_row_counts_its_own(change: dict, rows: set[str]) -> None:
    found = figures(replace(_BACK, **change))
    assert {row for row, names in found.missing.items() if names} == rows
    assert all(found.missing[row] == [_POST.source] and not found.counts[row] for row in rows)


def test_quotes_count_in_a_row_of_their_own() -> None:
    post = replace(_POST, body="* it's...\n")
    back = replace(_BACK, source="---\n---\n-  it’s…\n".encode())
    found = measure([post], "/notes", {path_of(back.url): back}, {_POST.url: _PAGE})
    assert [found.counts[row] for row in ("source", "normalised", "items", "typed")] == [0, 0, 0, 1]


@pytest.mark.parametrize(
    ("body", "again", "good"),
    [
        ("* one\n", {}, True),
        ("-   one\n", {"text": "-   one\n"}, True),
        ("{{ page.first }}\n", {"text": "1. one\n"}, False),
        ("{{ page.first }}\n", {"text": "+ one\n"}, True),
        ("<ul>\n  <li>one</li>\n</ul>\n", {"text": "<ul>\n  <li>one</li>\n</ul>\n"}, False),
        ("* one\n", {"content": "<p>other</p>\n"}, False),
    ],
)
def test_what_no_page_tells_is_compared_with_its_liquid_run(body: str, again: dict, good: bool) -> None:
    found = figures(_BACK)
    back = replace(_BACK, source=f"---\n---\n{body}".encode())
    count_untold(found, [_POST], {_POST.source: replace(_POST, **again)}, {_POST.source: back}, frozenset())
    assert (found.counts["untold"], found.missing["untold"]) == ((1, []) if good else (0, [_POST.source]))


def test_what_was_not_found_or_not_built_counts_as_different() -> None:
    found = figures(_BACK)
    count_untold(found, [_POST], {}, {_POST.source: _BACK}, frozenset())
    count_untold(found, [_POST], {_POST.source: _POST}, {}, frozenset())
    count_untold(found, [_POST], {}, {}, frozenset({_POST.source}))
    assert (found.counts["untold"], found.missing["untold"]) == (0, [_POST.source, _POST.source])


def test_a_page_that_does_not_show_it_is_not_counted_among_those_that_do() -> None:
    found = figures(replace(_BACK, tags=[], date="2024-01-08T00:00:00+01:00"), page="<p>Hello</p>")
    assert (found.told["time"], found.told["tags"], found.told["categories"]) == (0, 0, 1)
    assert found.told_same == {"time": 0, "tags": 0, "categories": 1, "redirects": 0}


def test_missing_and_too_many() -> None:
    found = figures(replace(_BACK, url="https://blog.example/notes/about/"))
    assert (found.counts["found"], found.counts["too many"], found.counts["source"]) == (0, 1, 0)
    assert found.missing["found"] == [_POST.source]
    assert found.missing["too many"] == ["/notes/about/"]


def test_samples_are_left_out_of_what_they_told() -> None:
    found = figures(_BACK, leave_out=frozenset({_POST.source}))
    assert (found.counts["posts"], found.counts["too many"]) == (0, 0)
    count_built(found, "content", {_POST.source: "a"}, {}, frozenset({_POST.source}))
    assert found.counts["content"] == 0
    assert found.missing["content"] == []


def test_a_post_that_does_not_come_out_is_different() -> None:
    found = figures(_BACK)
    count_built(found, "page", {"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "x"}, frozenset())
    assert (found.counts["page"], found.missing["page"]) == (1, ["b", "c"])


@pytest.mark.parametrize(
    ("one", "other"),
    [("https://a.example/x/", "http://b.example/x/index.html"), ("/k%C3%BCste/", "/küste/"), ("/a%20b.html", "/a b.html")],
)
def test_one_page_has_one_path(one: str, other: str) -> None:
    assert path_of(one) == path_of(other)
    assert path_of(one) != path_of("/x.html")


def test_what_a_page_shows() -> None:
    assert shows("<i> a &amp; b</i>", ["a & b"])
    assert shows('<category term="a"/>', ["a"])
    assert shows("<i>a</i>", [])
    assert not shows("<i>a</i>", ["a", "b"])
    assert not shows("<i>a word</i>", ["a"])


def test_what_feeds_say_is_evidence_of_the_post_they_name(tmp_path: Path) -> None:
    entries = "".join(
        f"<item><link>https://a.example{url}</link><c>{tag}</c></item>" for url, tag in (("/2024/hello/", "x"), ("/b/", "y"))
    )
    (tmp_path / "feed.xml").write_text(f"<rss>{entries}</rss>")
    found = with_feeds(tmp_path, [_POST], {_POST.url: "<p>"})
    assert shows(found[_POST.url], ["x"])
    assert not shows(found[_POST.url], ["y"])


def test_bodies_that_came_back_below_their_own_front_matter(tmp_path: Path) -> None:
    (tmp_path / "_posts").mkdir()
    (tmp_path / _POST.source).write_text(f"---\nlayout: x\n---\n\n{_POST.body}")
    back = {"/notes/2024/hello/": replace(_BACK, name="2024-01-08-hello.html", source=b"---\n---\n<p>b</p>")}
    found = with_own_front(tmp_path, [_POST], "/notes", back)
    assert found == {"_posts/2024-01-08-hello.html": b"---\nlayout: x\n---\n\n<p>b</p>"}
    assert given_posts(back) == {"_posts/2024-01-08-hello.html": b"---\n---\n<p>b</p>"}


def test_an_archive_is_read_with_the_bytes_of_its_posts(tmp_path: Path) -> None:
    assert read_archive(tmp_path) == {}
    (tmp_path / "_posts").mkdir()
    (tmp_path / "_posts" / _BACK.name).write_bytes(_BACK.source)
    entry = {name: getattr(_BACK, name) for name in ("url", "title", "date", "tags", "categories", "fidelity")}
    (tmp_path / "index.jsonl").write_text(json.dumps(entry | {"path": f"_posts/{_BACK.name}"}) + "\n", "utf-8")
    assert read_archive(tmp_path) == {"/notes/2024/hello/": _BACK}


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


def test_converters_of_others_take_a_list_and_give_one() -> None:
    texts = ["<p>a <em>ü</em></p>", "<h2>b</h2>"]
    found = dict(others())
    assert list(found) == ["pandoc", "markdownify", "html-to-markdown", "kramdown"]
    assert "## b" in str(found["html-to-markdown"](texts)[1])
    for convert in found.values():
        if isinstance(convert, str):
            assert "install" in convert
        else:
            assert ["ü" in text for text in convert(texts)] == [True, False]
