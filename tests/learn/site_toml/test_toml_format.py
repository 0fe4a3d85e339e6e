"""The format of ``site.toml``: files of former programs stay valid, those of a later one are told as such."""

from __future__ import annotations

import hashlib
from dataclasses import fields

import pytest

from crawler.learn.learned import Layout, Learned
from crawler.learn.site_toml.allowed import KRAMDOWN
from crawler.learn.site_toml.toml import BrokenToml, read, write
from crawler.learn.site_toml.version import FORMAT, is_newer
from crawler.reconstruct.habits import Habits

START = 'name = "b"\nhome = "https://a.example/"\n'
NEWER = (
    f"made by a newer Backfile (its format is {FORMAT + 1}; this one knows {FORMAT}): use that, or have the file written anew"
)
LINE = f"format = {FORMAT + 1}\n"


def test_what_is_written_says_its_format_and_a_file_without_one_is_read_as_ever() -> None:
    learned = Learned("b", "https://a.example/")
    text = write(learned)
    assert f"\nformat = {FORMAT}\n" in text
    assert read(text) == read(text.replace(f"format = {FORMAT}\n", "")) == read(START) == learned


@pytest.mark.parametrize(
    "text",
    [
        f"{LINE}{START}",
        f'{LINE}{START}smells = ["salt"]\n[kramdown]\nnew = 1\n',
        f"\ufeff# Made\r\n\r\n  # by one\r\n{LINE}{START}",
        f"{START}{LINE}",
        f"# a later form of TOML\n\n{LINE}{START}x = \\e\n",
    ],
)
def test_a_file_of_a_newer_program_is_told_as_such_whatever_stands_in_it(text: str) -> None:
    with pytest.raises(BrokenToml) as error:
        read(text)
    assert str(error.value).startswith(NEWER)
    assert "\n" not in str(error.value)
    assert is_newer(text)


@pytest.mark.parametrize("value", ["0", '"2"', "1.5", "true", "-1", "[2]"])
def test_a_format_that_is_none_is_told_with_its_line(value: str) -> None:
    with pytest.raises(BrokenToml, match=rf"^line 3: format = .* is not allowed; write format = {FORMAT}$"):
        read(f"{START}format = {value}\n")
    assert not is_newer(f"{START}format = {value}\n")


@pytest.mark.parametrize(
    ("line", "why"),
    [
        (f"x = {'9' * 5000}", "this is no TOML: Exceeds the limit"),
        (f"x = {'[' * 5000}", "this is no TOML: lists or tables in others without end; mend"),
    ],
)
def test_what_is_too_much_for_the_parser_is_said_like_all_else(line: str, why: str) -> None:
    with pytest.raises(BrokenToml, match=rf"^line 4: {why}"):
        read(f"{START}{line}\n")
    assert not is_newer(line)


def test_a_new_key_is_a_new_format() -> None:
    """A program without the key would tell a person to delete it: raise ``FORMAT``, and write it here with the new digest."""
    names = [
        *(f"site.{one.name}" for one in fields(Learned)),
        *(f"layout.{one.name}" for one in fields(Layout)),
        *(f"kramdown.{name}" for name in KRAMDOWN),
        *(f"habits.{name}" for name in Habits().as_mapping()),
    ]
    digest = hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()
    assert (FORMAT, digest[:16]) == (3, "edacdf4d4d877fe7")
