"""A site whose code another kramdown and another Rouge marked: it comes back as code, and what shows it says so."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.jekyll_sites.small import LAYOUT, given_back, post, text_of
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

_WORDS = ("ferry", "lantern", "copper", "harbour", "market")
#: A layout that makes of what the Jekyll of here renders what older ones did: a class less, a box less, other spans.
_OLDER = (
    "{{ content | replace: 'language-plaintext highlighter-rouge', 'highlighter-rouge'"
    """ | replace: '<div class="highlight"><pre class="highlight">', '<pre class="highlight">'"""
    """ | replace: '</pre></div></div>', '</pre></div>' | replace: '<span class="s2">', '<span class="s1">' }}"""
)


#: Parts of posts, of which each post has others: what all have once would be taken for the layout's.
_PARTS = ("Type `{word}` here, {text}", '```ruby\nputs "{word}"\n```', "```\n{word} < salt\n```", "{text}")


def _text(number: int) -> str:
    order = [(number + place * (1 + number % 2 * 2)) % len(_PARTS) for place in range(2 + number)]
    texts = (text_of(number * 10 + place).split("\n")[0] for place in range(1, 3 + number))
    parts = (_PARTS[part].format(word=_WORDS[number], text=text) for part, text in zip(order, texts, strict=True))
    return "\n\n".join((text_of(number * 10).split("\n")[0], *parts))


@pytest.fixture(scope="module")
def back(tmp_path_factory):
    files = {"_layouts/post.html": LAYOUT.replace("{{ content }}", _OLDER)} | {
        f"_posts/2023-0{number + 1}-11-{word}.md": post(f"About {word}", _text(number)) for number, word in enumerate(_WORDS)
    }
    return given_back(tmp_path_factory.mktemp("older"), files)


def _run(back, *arguments: str):
    return run(*arguments, settings={"ARCHIVE_ROOT": str(back.folder.parent)})


def test_code_comes_back_as_code_and_the_index_says_what_was_compared(back):
    assert [(entry["fidelity"], entry["assumed"]) for entry in back.index.values()] == [("rendered", ["tags", "body.code"])] * 5
    for entry in back.index.values():
        source = (back.folder / entry["path"]).read_text("utf-8")
        number = next(number for number, word in enumerate(_WORDS) if f"About {word}" in source)
        assert source.partition("---\n")[2].partition("---\n")[2].strip() == _text(number)
    told = (back.folder / "site.toml").read_text("utf-8")
    line = "# code in 5 of 5 contents with any has other boxes, classes or spans, and the same text, as Jekyll gives it here"
    assert f"{line}\nmarked_elsewhere = true\n" in told
    path = next(iter(back.index))
    explained = _run(back, "explain", "small", back.index[path]["id"], "--json")
    doubts = [found["assumed"] for found in json.loads(explained.stdout)["found"] if found["doubt"]]
    assert doubts == ["tags", "body.code"], explained.stdout + explained.stderr


def test_the_proof_passes_over_marks_alone(back, tmp_path: Path):
    done = _run(back, "verify", "small", "--render")
    assert done.returncode == 0, done.stdout + done.stderr
    told = (back.folder / "site.toml").read_text("utf-8")
    (back.folder / "site.toml").write_text(told.replace("marked_elsewhere = true", "marked_elsewhere = false"), "utf-8")
    done = _run(back, "verify", "small", "--render")
    assert done.returncode != 0
    again = _run(back, "rebuild", "small")
    assert again.returncode == 0, again.stdout + again.stderr
    index = [json.loads(line) for line in (back.folder / "index.jsonl").read_text("utf-8").splitlines()]
    assert all("body.code" not in entry["assumed"] for entry in index)
    assert all("<pre" in (back.folder / entry["path"]).read_text("utf-8") for entry in index)
    done = _run(back, "verify", "small", "--render")
    assert done.returncode == 0, done.stdout + done.stderr
