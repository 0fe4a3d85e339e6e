"""The normaliser of the benchmark is strict: what it evens out, Jekyll renders to the same bytes; what it does not, stays different."""

from __future__ import annotations

import re
import shutil
from itertools import combinations
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.same_source import normalised, same
from tests.jekyll_sites.dumped import build_and_dump

if TYPE_CHECKING:
    from pathlib import Path

    from tests.jekyll_sites.dumped import Post
    from tests.jekyll_sites.sites import Site

#: Spellings of one thing.
EVENED = {
    "bullets": ("* a\n* b\n  * c", "- a\n- b\n  - c", "+ a\n+ b\n  - c"),
    "bullets in a quotation": ("> * a\n> * b", "> - a\n> - b"),
    "blanks in a quotation": ("> a\n>\n> * b", "> a \n> \n> * b\t\n"),
    "emphasis": ("so *it* **is**, ***really***", "so _it_ __is__, ___really___", "so _it_ **is**, ***really***"),
    "headings": ("# One\n\n## Two {#two}\n\ntext", "One\n===\n\nTwo {#two}\n-----\n\ntext"),
    "links": (
        'See [one](/1 "A"), [two](/2) and ![three](/3.png).',
        'See [one][a], [two][] and ![three][c].\n\n[a]: /1 "A"\n[two]: </2>\n[c]: /3.png',
        "See [one][A], [two] and ![three][c].\n\n[a]: /1 'A'\n[Two]: /2\n[c]: /3.png\n",
    ),
    "blank lines": ("a\n\nb\n", "a\n\n\n\nb", "\n\na\n \nb\n\n"),
    "line ends": ("a\r\n\r\nb  \r\nc\r\n", "a\n\nb  \nc"),
    "blanks at the end": ("a\n\n* b\n* c\n", "a  \n\n* b \n* c\t\n"),
    "code": (
        "a\n\n    b *c*\n\n    - d\n\ne",
        "a\n\n```\nb *c*\n\n- d\n```\n\ne",
        "a\n\n~~~\nb *c*\n\n- d\n~~~\n\ne",
        "a\n\n\tb *c*\n\n\t- d\n\ne",
    ),
    "code in an item": (
        "* a\n\n      b\n\n      c\n\n* d",
        "- a\n\n  ```\n  b\n\n  c\n  ```\n\n- d",
        "- a\n\n  ~~~\n  b\n\n  c\n  ~~~\n\n- d",
    ),
    "the fence of code with a language": ("```ruby\na = '_b_'\n```", "~~~ruby\na = '_b_'\n~~~", "~~~ ruby\na = '_b_'\n~~~"),
}
#: Texts that are rendered otherwise, or are spelled otherwise in a way that may be told.
DIFFERENT = (
    "* a\n* b",
    "1. a\n2. b",
    "* a\n\n* b",
    "a\nb",
    "a  \nb",
    "a b",
    "*a* b",
    "**a** b",
    "a\\_b",
    "snake_case_name and _more",
    "snake*case*name and *more",
    "`_a_`",
    "`*a*`",
    "# a",
    "## a",
    "### a",
    "a\n\n---",
    "[a](/b)",
    "[a][b]",
    '[a](/b "c")',
    "    * a",
    "    - a",
    "```ruby\n* a\n```",
    "<div>\n* a\n</div>",
    "<div>\n- a\n</div>",
    "* * *",
    "- - -",
    "~~~\n* a\n\n\n- a\n~~~",
    "~~~\n* a\n\n- a\n~~~",
    "~~~\na \n~~~",
    "~~~\na\n~~~",
    "&copy;",
    "©",
)
WORDS = st.text("abc xyz", min_size=1, max_size=8).map(str.strip).filter(bool)
PARTS = st.one_of(
    st.tuples(st.just("{b} "), st.lists(WORDS, min_size=1, max_size=3)).map(
        lambda two: "\n".join("{b} " + word for word in two[1])
    ),
    st.tuples(WORDS, WORDS).map(lambda two: f"{two[0]} {{e}}{two[1]}{{e}}"),
    WORDS.map(lambda word: f"{word}\n{{h}}"),
    WORDS.map("{f}\n{}\n{f}".replace("{}", "%s").__mod__),
    WORDS.map("`%s_`".__mod__),
)


@pytest.mark.parametrize("spellings", EVENED.values(), ids=EVENED)
def test_what_no_page_tells_is_evened_out(spellings: tuple[str, ...]) -> None:
    assert len({normalised(text) for text in spellings}) == 1


def test_all_else_stays_different() -> None:
    assert [(one, other) for one, other in combinations(DIFFERENT, 2) if same(one, other)] == []


def spelled(parts: list[str], bullet: str, star: str, fence: str, blank: str) -> str:
    """The parts as an author of these habits writes them."""
    texts = []
    for part in parts:
        text = part
        if "{h}" in part:
            word = part.split("\n")[0]
            text = f"{word}\n---" if star == "_" else f"## {word}"
        texts.append(text.replace("{b}", bullet).replace("{e}", star).replace("{f}", fence))
    return blank.join(texts)


@given(st.lists(PARTS, min_size=1, max_size=6))
def test_two_authors_of_one_text(parts: list[str]) -> None:
    assert same(spelled(parts, "*", "*", "~~~", "\n\n"), spelled(parts, "-", "_", "```", "\n\n\n"))


@given(st.lists(PARTS, min_size=1, max_size=4), st.lists(PARTS, min_size=1, max_size=4))
def test_two_texts_of_one_author(one: list[str], other: list[str]) -> None:
    plain = [spelled(parts, "*", "*", "~~~", "\n\n") for parts in (one, other)]
    assert same(*plain) == (plain[0] == plain[1])


def test_an_evened_body_is_rendered_to_the_same_content(
    built: dict[str, tuple[Path, list[Post]]], site: Site, tmp_path: Path
) -> None:
    changed = tmp_path / "sources"
    shutil.copytree(site.sources, changed)
    _, posts = built[site.name]
    for post in posts:
        if not post.source.endswith(".html"):
            path = changed / post.source
            source = path.read_bytes().decode()
            path.write_bytes((source.removesuffix(post.body) + normalised(post.body)).encode())
    again = build_and_dump(changed, tmp_path / "built")
    assert sum(one.body != other.body for one, other in zip(posts, again, strict=True)) > len(posts) / 3
    for before, after in zip(posts, again, strict=True):
        assert close(after.content) == close(before.content), before.source


def close(content: str) -> str:
    """The content without the blank lines between its blocks: a definition that is taken out leaves none behind."""
    return re.sub(r"\n{2,}", "\n", content).strip()


def test_a_definition_may_lead_nowhere() -> None:
    assert same("So [a].\n\n[a]: <>\n", "So [a].\n\n\n[a]: <>")
