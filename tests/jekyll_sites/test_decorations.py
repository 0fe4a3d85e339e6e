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
_MORE = """
## The {word} tide

Words.

## Of `ropes` & "salt"

```ruby
puts "{word}"
```

| a | b |
|---|---|
| 1 | {word} |

![A picture](/img/{word}.png)

## {word}
"""
_WORDS = ("ferry", "lantern", "copper", "harbour", "market")


@pytest.mark.parametrize("kind", _HEADINGS)
def test_what_a_layout_puts_into_contents_does_not_come_back(tmp_path: Path, kind: str) -> None:
    shown = _PART % _HEADINGS[kind].replace("TEXT", "{{ text }}").replace("ID", "{{ id }}")
    texts = [f"{text_of(number)}\n{_MORE.format(word=word)}" for number, word in enumerate(_WORDS)]
    files = {"_layouts/post.html": LAYOUT.replace("{{ content }}", _REWRITTEN + shown)} | {
        f"_posts/2023-0{number + 1}-11-{word}.md": post(f"About {word}", texts[number]) for number, word in enumerate(_WORDS)
    }
    back = given_back(tmp_path, files)
    assert [entry["fidelity"] for entry in back.index.values()] == ["rendered"] * 5
    for path in back.index:
        source = back.source(path)
        body = source.partition("---\n")[2].partition("---\n")[2]
        assert body.strip() == next(text for text in texts if source.count(text.split()[-1]) > 1).strip()
    done = run("verify", "small", "--render", settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert done.returncode == 0, done.stdout + done.stderr
    told = (back.folder / "site.toml").read_text("utf-8")
    (back.folder / "site.toml").write_text(told.replace("table-wrapper", "another"), "utf-8")
    run("rebuild", "small", settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert "table-wrapper" in back.source(next(iter(back.index)))
    done = run("verify", "small", "--render", settings={"ARCHIVE_ROOT": str(back.folder.parent)})
    assert done.returncode == 0, done.stdout + done.stderr


def test_anchors_that_authors_typed_in_a_few_posts_come_back(tmp_path: Path) -> None:
    typed = "\n\n".join(f'## Part {number}<a href="#part-{number}">#</a>\n\nWords {number}.' for number in range(4))
    others = "\n\n".join(f"## Part {number}\n\nOther words {number}." for number in range(4))
    files = {
        f"_posts/2023-0{number + 1}-11-{word}.md": post(f"About {word}", f"{text_of(number)}\n\n{others if number else typed}")
        for number, word in enumerate(_WORDS)
    }
    back = given_back(tmp_path, files)
    source = next(back.source(path) for path in back.index if "ferry" in path)
    assert source.count("](#part-") + source.count('href="#part-') == 4
