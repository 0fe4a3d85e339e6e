"""A ``site.toml`` that a person has edited: what each command says of it, and what a rebuild makes by it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.commands.learned import OTHER, SAMPLE

if TYPE_CHECKING:
    from tests.commands.learned import Learned


def test_a_failing_post_is_named_once_and_stays(learned: Learned) -> None:
    learned.edit('<div class=\\"e-content\\">', '<div class=\\"nowhere\\">')
    before = learned.index
    for more in (("--diff",), ()):
        done = learned.run("rebuild", "--jobs", "1", *more, code=1)
        lines = done.stderr.splitlines()
        assert len(lines) == len(before) == 12
        assert all(line.endswith("shows what the pages tell; its line and file stay") for line in lines)
        assert done.stdout.count("\n") == 1, "no heading has nothing below it"
        assert "12 could not be rebuilt" in done.stdout
        assert learned.index == before
        assert learned.text(SAMPLE)


def test_verify_says_what_site_toml_does_not_make(learned: Learned) -> None:
    learned.edit('<div class=\\"e-content\\">', '<div class=\\"nowhere\\">')
    for more in ((), ("--sample", "5")):
        done = learned.run("verify", *more, code=1)
        number = more[-1] if more else "12"
        assert done.stdout.startswith(f"site.toml: by it, {number} of {number} pages of posts are none; the first: https://"), (
            done.stdout
        )
        assert "it does not have the one layout in site.toml; scrapy learn workbench shows" in done.stdout
        assert "--repair" not in done.stderr, "captures give nothing else by that file"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("[kramdown]\n", '[kramdown]\nsmart_quotes = "no"\n', 'smart_quotes = "no" is not allowed; write four names'),
        ('"2020/02/off-by-one.html" = "2020-02-11"', '"2020/02/off-by-one.html" = 5', 'write a day, like "2024-05-11"'),
        ('bullet = "*"', 'bullet = "#"', 'bullet = "#" is not allowed; write one of "*", "-", "+"'),
    ],
)
def test_a_wrong_value_is_told_before_any_work(learned: Learned, old: str, new: str, told: str) -> None:
    text = learned.edit(old, new)
    line = text[: text.index(new)].count("\n") + new.count("\n")
    for command in ("rebuild", "verify", "learn", "status", "crawl"):
        done = learned.run(command, code=2)
        assert done.stderr.count("\n") == 1, done.stderr
        assert f"{learned.toml}: line {line + ('[kramdown]' not in new)}: " in done.stderr
        assert told in done.stderr


def test_a_post_that_an_edited_file_calls_otherwise_is_there_once(learned: Learned) -> None:
    learned.edit('"2020/02/off-by-one.html" = "2020-02-11"', '"2020/02/off-by-one.html" = "2020-02-12"')
    before = learned.index
    done = learned.run("rebuild", "--jobs", "1")
    assert done.stderr == ""
    assert learned.index.keys() == before.keys() - {OTHER} | {"2020-02-12-off-by-one"}
    learned.run("verify")
    assert len(list((learned.archive / "_posts").rglob("*.*"))) == len(before)
