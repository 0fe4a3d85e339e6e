"""A forked Jekyll is the one that a person starts: the same pages, words and exit codes, and nothing of one site in the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.replica.__main__ import differences
from tests.replica.jekyll_forks import JekyllForks, _interpreter, run, run_apart

if TYPE_CHECKING:
    from pathlib import Path

POST = "---\ntitle: A\n---\n# Ä *b*\n\n~~~ ruby\nputs 1\n~~~\n"
OWN = "module Jekyll\n  class Tag < Liquid::Tag\n    def render(_) = 'own'\n  end\nend\nLiquid::Template.register_tag('own', Jekyll::Tag)\n"


def site(folder: Path, **files: str) -> Path:
    given = {"_config.yml": "title: T\n", "_posts/2024-01-01-a.md": POST, "index.html": "---\n---\n{{ site.posts[0].content }}"}
    for name, text in (given | files).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    return folder


def test_it_builds_and_says_what_a_process_of_its_own_does(jekyll: str, tmp_path: Path) -> None:
    source = site(tmp_path / "source")
    words = [jekyll, "build", "--disable-disk-cache", "--source", str(source), "--destination"]
    with JekyllForks() as forks:
        for number in (1, 2):
            forked = forks.run([*words, str(tmp_path / f"forked{number}")], tmp_path, {"LANG": "C.UTF-8"})
            assert (forked.returncode, forked.stderr) == (0, "")
            assert "done in" in forked.stdout
    plain = run_apart([*words, str(tmp_path / "plain")])
    assert plain.returncode == 0
    assert (tmp_path / "plain" / "index.html").read_text("utf-8").startswith('<h1 id="ä-b">')
    assert differences(tmp_path / "forked2", tmp_path / "plain") == []


def test_a_plug_in_of_one_site_is_in_no_other(jekyll: str, tmp_path: Path) -> None:
    with_own = site(tmp_path / "with", **{"_plugins/own.rb": OWN, "index.html": "---\n---\n{% own %}"})
    without = site(tmp_path / "without", **{"index.html": "---\n---\n{% own %}"})
    with JekyllForks() as forks:
        assert forks.run([jekyll, "build", "--disable-disk-cache"], with_own, {}).returncode == 0
        assert (with_own / "_site" / "index.html").read_text("utf-8") == "own"
        failed = forks.run([jekyll, "build", "--disable-disk-cache"], without, {})
    assert failed.returncode == 1
    assert "Unknown tag 'own'" in failed.stderr


@pytest.mark.parametrize(
    ("line", "interpreter"), [("#!/usr/bin/ruby", ["/usr/bin/ruby"]), ("#!/usr/bin/env ruby3.1", ["/usr/bin/env", "ruby3.1"])]
)
def test_the_ruby_is_the_one_that_jekyll_names(tmp_path: Path, line: str, interpreter: list[str]) -> None:
    (tmp_path / "jekyll").write_text(f"{line}\nputs 1\n")
    assert _interpreter(str(tmp_path / "jekyll")) == interpreter


def test_a_jekyll_that_is_no_ruby_is_run_as_it_is(tmp_path: Path) -> None:
    program = tmp_path / "jekyll"
    program.write_text('#!/bin/sh\necho "$@"\n')
    program.chmod(0o755)
    assert run([str(program), "build"]).stdout == "build\n"
