"""Posts that are made to stop Jekyll stop nobody but themselves, and whatever else it builds is what ``jekyll build`` makes."""

from __future__ import annotations

import re
import shutil
from typing import TYPE_CHECKING

import pytest

from crawler.errors import CannotRun
from crawler.items import Exchange
from crawler.sites.site import Site
from crawler.sites.stock import page as stock_page
from crawler.upkeep.verify.building import Limits, build_posts
from tests.jekyll_sites.sites import SITES
from tests.replica.build import run_jekyll

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = pytest.mark.usefixtures("jekyll")

CONFIG = "permalink: /:title/\nsafe: true\nfuture: true\ndefaults: [{scope: {path: ''}, values: {layout: post}}]\n"
_SHORT = Limits(cpu_seconds=2, memory=1 << 30)
_LOOP = "{% for a in (1..30000) %}{% for b in (1..30000) %}{% assign c = b %}{% endfor %}{% endfor %}"
_SLOW = "it takes more than 2 s of the processor"  # which a busy machine may come to before another limit
#: What stands in each post, and what is said of it, as a regular expression.
HOSTILE = {
    "loop": (_LOOP, _SLOW),
    "memory": (
        "{% assign a = 'aaaaaaaaaaaaaaaa' %}" + "{% assign a = a | append: a | append: a %}" * 24 + "{{ a }}",
        f"memory|{_SLOW}",
    ),
    "nesting": ("> " * 40_000 + "a", f"SystemStackError|{_SLOW}"),
    "lists": ("".join("  " * depth + "* a\n" for depth in range(3000)), ""),  # a slower machine gives it up
    "tag": ("{% no_such_tag %}", "Liquid Exception: Liquid syntax error"),
    "include": ("{% include own.html %}", "Could not locate the included file 'own\\.html'"),
    "above": ("{% include ../_config.yml %}", "Invalid syntax for include tag"),
    "post": ("{% post_url 2024-01-01-nowhere %}", "Could not find post"),
    "open": ("{% if a %}", "'if' tag was never closed"),
}


@pytest.fixture
def sources(tmp_path: Path) -> Callable[..., Path]:
    """A folder with these posts."""

    def written(**posts: str) -> Path:
        source = tmp_path / "source"
        for name in ("_posts", "_layouts"):
            (source / name).mkdir(parents=True)
        (source / "_config.yml").write_text(CONFIG)
        (source / "_layouts" / "post.html").write_text("<p>{{ page.title }}</p>{{ content }}")
        for name, text in posts.items():
            (source / "_posts" / f"2024-01-01-{name}.md").write_text(text, "utf-8")
        return source

    return written


def built(tmp_path: Path) -> set[str]:
    return {path.parent.name for path in (tmp_path / "built").rglob("index.html")}


def post(body: str) -> str:
    return f"---\ntitle: a\n---\n{body}\n"


def test_hostile_posts_are_findings_and_all_others_are_built(sources: Callable[..., Path], tmp_path: Path) -> None:
    good = {f"good-{number}": post("b") for number in range(3)} | {"last": post("z"), "aaa": post("c")}
    source = sources(**good, **{name: post(body) for name, (body, _) in HOSTILE.items()})
    faults = build_posts(source, tmp_path / "built", _SHORT)
    said = {name: faults.get(f"2024-01-01-{name}.md") for name in HOSTILE}
    for name, (_, expected) in HOSTILE.items():
        assert re.search(expected, said[name] or ""), name
        assert "\n" not in (said[name] or "")
    assert built(tmp_path) - {"lists"} == good.keys()
    assert (tmp_path / "built" / "last" / "index.html").read_text() == "<p>a</p><p>z</p>\n"


@pytest.mark.parametrize(
    ("front", "said"),
    [
        ("date: someday", "Document '_posts/2024-01-01-bad.md' does not have a valid date"),
        ("a: &a [b, b]\nc: &c [*a, *a]\nd: [*c, *c]", None),
        ("a: " + "[" * 20_000, None),
        ("a: !ruby/object:Gem::Installer {}", None),
        ("permalink: /../../../above/", None),
        ("layout: ../../_config.yml", None),
    ],
)
def test_front_matter_that_is_no_good(sources: Callable[..., Path], tmp_path: Path, front: str, said: str | None) -> None:
    source = sources(good=post("b"), bad=f"---\n{front}\n---\nb\n")
    before = {path for path in tmp_path.rglob("*") if not path.is_relative_to(tmp_path / "built")}
    fault = build_posts(source, tmp_path / "built", _SHORT).get("2024-01-01-bad.md")
    assert (said or "") in (fault or "")
    assert "good" in built(tmp_path)
    assert {path for path in tmp_path.rglob("*") if not path.is_relative_to(tmp_path / "built")} == before


def test_nothing_of_a_stranger_is_loaded(sources: Callable[..., Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, ran = sources(good=post("b")), tmp_path / "ran"
    (source / "_config.yml").write_text(CONFIG.replace("safe: true\n", "safe: false\nplugins: [no-such-plugin]\n"))
    (source / "_plugins").mkdir()
    for place in (source / "_plugins" / "own.rb", source / "Gemfile", tmp_path / "option.rb"):
        place.write_text(f"File.write({str(ran)!r}, '')\n")
    monkeypatch.setenv("RUBYOPT", f"-r{tmp_path / 'option.rb'}")
    assert build_posts(source, tmp_path / "built", _SHORT) == {}
    assert built(tmp_path) == {"good"}
    assert not ran.exists()


def test_a_template_of_kramdowns_is_not_run(sources: Callable[..., Path], tmp_path: Path) -> None:
    source = sources(good=post("b"), inline=post('{::options template="string://<%= 6 * 7 %>" /}\n\nb'))
    (source / "_config.yml").write_text(CONFIG + "kramdown: {template: 'string://<%= 6 * 7 %>'}\n")
    assert build_posts(source, tmp_path / "built", _SHORT) == {}
    made = [path.read_text() for path in (tmp_path / "built").rglob("index.html")]
    assert {"".join(text.split()) for text in made} == {"<p>a</p><p>b</p>"}


def test_a_configuration_that_jekyll_does_not_start_with(sources: Callable[..., Path], tmp_path: Path) -> None:
    source = sources(good=post("b"))
    (source / "_config.yml").write_text("timezone: [\n")
    with pytest.raises(CannotRun, match="Jekyll does not start") as raised:
        build_posts(source, tmp_path / "built", _SHORT)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("name", ["shore", "teahouse", "workbench", "allotment"])
def test_posts_are_built_as_jekyll_builds_them(tmp_path: Path, name: str) -> None:
    site = next(site for site in SITES if site.name == name)
    source = tmp_path / "source"
    (source / "_layouts").mkdir(parents=True)
    shutil.copytree(site.sources / "_posts", source / "_posts")
    config = (site.sources / "_config.yml").read_text("utf-8")
    lines = [line for line in config.splitlines(keepends=True) if not line.startswith(("plugins:", "theme:", "  - jekyll-"))]
    (source / "_config.yml").write_text("".join(lines), "utf-8")
    for layout in ("post", "photo"):
        (source / "_layouts" / f"{layout}.html").write_text(stock_page.LAYOUT)
    assert build_posts(source, tmp_path / "built") == {}
    run_jekyll(source, tmp_path / "whole", "--safe")
    assert pages(tmp_path / "built") == pages(tmp_path / "whole")
    assert len(pages(tmp_path / "built")) >= 12


def pages(folder: Path) -> dict[Path, bytes]:
    return {path.relative_to(folder): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


class Open(Site):
    name, home, permalink = "open", "https://open.example/", "/:year/:month/:day/:title/"


@pytest.mark.parametrize(
    "content",
    [
        "<!-- " * 3,
        '<p>a</p>\n<a href="' * 3,
        "<script>\nvar a;",
        "<p>a</p></div></article><p>b</p>",
        "</div></article>\n<textarea>\nc",
        "<style>",
        "<div><div>a</div>",
        "<![CDATA[ a",
    ],
)
def test_what_a_content_leaves_open_ends_with_it(tmp_path: Path, content: str) -> None:
    source, site = tmp_path / "source", Open()
    for name in ("_posts", "_layouts"):
        (source / name).mkdir(parents=True)
    (source / "_config.yml").write_text(site.jekyll.config)
    (source / "_layouts" / "post.html").write_text(site.jekyll.layout)
    (source / "_posts" / "2024-01-01-a.html").write_text(f"---\ntitle: A\n---\n{content}\n")
    assert build_posts(source, tmp_path / "built") == {}
    page = tmp_path / "built" / "2024" / "01" / "01" / "a" / "index.html"
    shown = site.shown_by_jekyll(Exchange("https://open.example/2024/01/01/a/", 200, page.read_bytes()))
    assert (shown.title, shown.content.strip()) == ("A", content.strip())
