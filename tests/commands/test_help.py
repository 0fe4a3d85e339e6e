"""``-h`` of each command of ours."""

from __future__ import annotations

import re
import shlex

import pytest

from tests.replica.crawl import PROJECT, run

_SCRAPYS = {"bench", "edit", "genspider", "list", "runspider", "settings", "startproject", "version"}
_OURS = sorted(
    path.stem
    for path in (PROJECT / "crawler" / "commands").glob("*.py")
    if "\nclass Command(" in path.read_text("utf-8") and path.stem not in _SCRAPYS
)


@pytest.mark.parametrize("name", _OURS)
def test_the_help_ends_with_an_example(name: str) -> None:
    *text, last = run(name, "-h").stdout.rstrip().splitlines()
    assert last.startswith(f"Example: scrapy {name} ")
    assert [line for line in [*text, last] if len(line) > 80] == []
    known = set(re.findall(r"(?<!\S)--?[a-z][a-z-]*", "\n".join(text)))
    assert {word for word in shlex.split(last) if word.startswith("-")} <= known
