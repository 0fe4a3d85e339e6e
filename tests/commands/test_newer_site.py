"""A ``site.toml`` that a newer program wrote: what each command says of it, and that none replaces it unasked."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from crawler.learn.site_toml.version import FORMAT
from tests.jekyll_sites.demo import SITE

if TYPE_CHECKING:
    from tests.commands.learned import Learned


@pytest.fixture
def newer(learned: Learned) -> str:
    """The text of the file as the newer program wrote it, with a digest of its own."""
    head, _, text = learned.toml.read_text("utf-8").partition("\n")
    text = text.replace(f"format = {FORMAT}\n", f'format = {FORMAT + 1}\nsmells = ["salt"]\n')
    text = f"{head[:-64]}{hashlib.sha256(text.encode()).hexdigest()}\n{text}"
    learned.toml.write_text(text, "utf-8")
    return text


def test_each_command_says_so_in_one_line(learned: Learned, newer: str) -> None:
    for command in ("rebuild", "verify", "learn", "status", "crawl"):
        done = learned.run(command, code=2)
        assert done.stderr.count("\n") == 1, done.stderr
        assert f"{learned.toml}: made by a newer Backfile (its format is {FORMAT + 1}; this one knows {FORMAT})" in done.stderr
        assert learned.toml.read_text("utf-8") == newer


def test_learning_replaces_it_only_when_asked_to(learned: Learned, newer: str) -> None:
    done = learned.run("learn", "--url", SITE.home)
    assert f"{learned.toml} was made by a newer Backfile, and stays as it is; --overwrite replaces it\n" in done.stderr
    assert learned.toml.read_text("utf-8") == newer
    learned.run("learn", "--url", SITE.home, "--overwrite")
    assert f"\nformat = {FORMAT}\n" in learned.toml.read_text("utf-8")
    learned.run("verify")
