"""A stranger's pages with Liquid, kramdown's own commands and monstrous HTML in them: nothing of it runs when posts are built again."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from benchmarks.given_back import path_of, read_archive
from tests.jekyll_sites.dumped import Post, build_and_dump
from tests.jekyll_sites.server import BuiltServer
from tests.jekyll_sites.sites import SITES
from tests.replica.crawl import run, settings_for

if TYPE_CHECKING:
    from pathlib import Path

_LOOP = "{% for a in (1..90000) %}{% for b in (1..90000) %}x{% endfor %}{% endfor %}"
_END = '{{ "{" }}% endraw %}'
#: What Jekyll shows of these is what a page of anybody may show.
HOSTILE = {
    "loop": f"{{% raw %}}Text {_LOOP} and\n\n<p title='{_LOOP}'>{_LOOP}</p>\n\n    {_LOOP}\n{{% endraw %}}",
    "include": "{% raw %}{% include ../../secret.txt %} {{ site.pages }} {% no_such_tag %} {{ 'a' | no_such_filter }}{% endraw %}",
    "end": f"So {_END} {{% raw %}}{{{{ site.title }}}} {{% if %}}{{% endraw %}} and {_END} again.",
    "comment": "{% raw %}`{% comment %}` hides what follows, {% comment %} this too, and {# this #}{% endraw %}",
    "options": '`{::options template="string://<%= 6 * 7 %>" /}` \\{::nomarkdown} \\{: .a onclick="x"}',
    "front": "---\n\nlayout: none\n\n---\n\nNot the front matter.",
    "deep": "<div>" * 120 + "in" + "</div>" * 120,
    "quoted": "> " * 40 + "deep",
    "long": "a *b* c " * 5_000,
}


@pytest.fixture(scope="module")
def site(jekyll: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Post]]:
    """The Chinese site with hostile posts among its own: its pages, and its posts."""
    folder = tmp_path_factory.mktemp("hostile")
    own = next(site for site in SITES if site.name == "teahouse")
    shutil.copytree(own.sources, folder / "sources")
    (folder / "secret.txt").write_text("secret")
    for day, (name, body) in enumerate(HOSTILE.items(), 1):
        text = f"---\ntitle: About {name}\ndate: 2024-02-{day:02} 12:00:00 +0800\ntags: [茶]\n---\n{body}\n"
        (folder / "sources" / "_posts" / f"2024-02-{day:02}-{name}.md").write_text(text, "utf-8")
    return folder / "built", build_and_dump(folder / "sources", folder / "built")


def test_nothing_of_a_page_runs(site: tuple[Path, list[Post]], tmp_path: Path) -> None:
    built, posts = site
    settings = {"ARCHIVE_ROOT": str(tmp_path)}
    with BuiltServer(built, "https://teahouse.example/") as server:
        done = run(
            "crawl",
            "jekyll",
            "-a",
            f"url={server.home}",
            "-a",
            "name=teahouse",
            settings=settings_for(server.origins, tmp_path),
        )
    assert done.returncode == 0, done.stdout + done.stderr
    assert read_archive(tmp_path / "teahouse").keys() == {path_of(post.url) for post in posts}
    done = run("verify", "teahouse", "--diff", "--jobs", "1", settings=settings)
    assert done.returncode == 0, done.stdout
    done = run("export", "teahouse", "--format", "jekyll", "--output", str(tmp_path / "export"), settings=settings)
    assert done.returncode == 0, done.stderr
    again = {post.url: post.content.strip() for post in build_and_dump(tmp_path / "export", tmp_path / "again")}
    assert [post.source for post in posts if again.get(post.url) != post.content.strip()] == []
