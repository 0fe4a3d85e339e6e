"""Anchors, headers of code and boxes that a layout puts into contents do not come back, and the pages are the same byte for byte."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.jekyll_sites.small import LAYOUT, given_back, post, text_of
from tests.replica.crawl import run

if TYPE_CHECKING:
    from pathlib import Path

#: A layout's ways with headings: what stands for the text, ``TEXT``, and its id, ``ID``.
_HEADINGS = {
    "anchors before": ' <a href="#ID" class="anchor-heading" aria-labelledby="ID"><svg><use xlink:href="#svg-link"></use></svg></a> TEXT ',
    "anchors behind": '<span class="mr-2">TEXT</span><a href="#ID" class="anchor"><i class="fas fa-hashtag"></i></a>',
    "anchors around": '<a class="heading" href="#ID">TEXT</a>',
}
_PART = """{%% assign parts = content | split: '<h2 id="' %%}{%% for part in parts %%}{%% if forloop.first %%}{{ part }}{%% else %%}\
{%% assign id = part | split: '"' | first %%}{%% assign head = part | split: "</h2>" | first %%}{%% assign start = id | append: '">' %%}\
{%% assign text = head | remove_first: start %%}<h2 id="{{ id }}">%s{{ part | remove_first: head }}{%% endif %%}{%% endfor %%}"""
_REWRITTEN = """{% assign content = content | replace: '<table>', '<div class="table-wrapper"><table>' | replace: '</table>', '</table></div>' \
| replace: '<div class="highlight">', '<div class="code-header"><button aria-label="copy"></button></div><div class="highlight">' \
| replace: '<img src=', '<img data-src=' | replace: ' />', ' data-ignore>' %}"""
#: Parts of posts, of which each post has others: what all have once would be taken for the layout's.
_PARTS = (
    "## The {word} tide\n\n{text}",
    '## Of `{word}` & "salt"\n\n{text}',
    '```ruby\nputs "{word}"\n```',
    "| a | {word} |\n|---|---|\n| 1 | 2 |",
    "![A {word}](/img/{word}.png)",
    "## Last {word}\n\n{text}",
    "{text}",
)
_WORDS = ("ferry", "lantern", "copper", "harbour", "market")


def _text(number: int) -> str:
    """The text of a post: one paragraph, and of the parts some, in an order of their own."""
    count = len(_PARTS)
    order = [(number * 3 + place * (2 + number % 3)) % count for place in range(3 + number)]
    word = _WORDS[number]
    texts = (text_of(number * 10 + place).split("\n")[0] for place in range(1, 4 + number))
    return "\n\n".join(
        (
            text_of(number * 10).split("\n")[0],
            *(_PARTS[part].format(word=word, text=text) for part, text in zip(order, texts, strict=True)),
        )
    )


@pytest.mark.parametrize("kind", _HEADINGS)
def test_what_a_layout_puts_into_contents_does_not_come_back(tmp_path: Path, kind: str) -> None:
    shown = _PART % _HEADINGS[kind].replace("TEXT", "{{ text }}").replace("ID", "{{ id }}")
    texts = [_text(number) for number in range(len(_WORDS))]
    files = {"_layouts/post.html": LAYOUT.replace("{{ content }}", _REWRITTEN + shown)} | {
        f"_posts/2023-0{number + 1}-11-{word}.md": post(f"About {word}", texts[number]) for number, word in enumerate(_WORDS)
    }
    back = given_back(tmp_path, files)
    assert [entry["fidelity"] for entry in back.index.values()] == ["rendered"] * 5
    for path in back.index:
        source = back.source(path)
        body = source.partition("---\n")[2].partition("---\n")[2]
        assert body.strip() == texts[next(number for number, word in enumerate(_WORDS) if f"About {word}" in source)]
    done = run("verify", "small", "--render", settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert done.returncode == 0, done.stdout + done.stderr
    told = (back.folder / "site.toml").read_text("utf-8")
    (back.folder / "site.toml").write_text(told.replace("code-header", "another"), "utf-8")
    again = run("rebuild", "small", settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert again.returncode == 0, again.stdout + again.stderr
    assert any("code-header" in back.source(path) for path in back.index)  # of those with code
    done = run("verify", "small", "--render", settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert done.returncode == 0, done.stdout + done.stderr


def test_anchors_that_authors_typed_in_a_few_posts_come_back(tmp_path: Path) -> None:
    typed = "\n\n".join(
        f'## Part {number} of {_WORDS[number]}<a href="#part-{number}-of-{_WORDS[number]}">#</a>\n\n{text_of(number)}'
        for number in range(4)
    )
    files = {f"_posts/2023-01-11-{_WORDS[0]}.md": post("About ferry", typed)} | {
        f"_posts/2023-0{number + 1}-11-{_WORDS[number]}.md": post(f"About {_WORDS[number]}", _text(number))
        for number in range(1, 5)
    }
    back = given_back(tmp_path, files)
    source = next(source for source in map(back.source, back.index) if "About ferry" in source)
    assert source.count("](#part-") + source.count('href="#part-') == 4
