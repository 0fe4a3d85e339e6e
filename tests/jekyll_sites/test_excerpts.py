"""Jekyll makes of each post that came back the excerpt that heads, feeds and lists of the site show."""

from __future__ import annotations

import hashlib
import json
import re
from typing import TYPE_CHECKING

import pytest
import yaml

from tests.jekyll_sites.small import INDEX, LAYOUT, given_back, post
from tests.replica.crawl import run
from tests.upkeep.verify.verifying import change_line

if TYPE_CHECKING:
    import subprocess
    from pathlib import Path

    from tests.jekyll_sites.small import Back

_SHORT = "{{ page.excerpt | strip_html | normalize_whitespace | escape }}"
_HEAD = {
    "_layouts/post.html": LAYOUT.replace("</head>", f'<meta name="description" content="{_SHORT}"></head>'),
}
_FEED = {
    "feed.xml": """---
---
<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom"><id>https://small.example/</id><title>Small</title><updated>2024-05-11T08:00:00Z</updated>
{% for post in site.posts %}<entry><title>{{ post.title | xml_escape }}</title><link href="{{ site.url }}{{ post.url }}"/><id>{{ site.url }}{{ post.url }}</id>
<updated>{{ post.date | date_to_xmlschema }}</updated><content type="html">{{ post.content | strip | xml_escape }}</content>
<summary type="html"><![CDATA[{{ post.excerpt | strip_html | normalize_whitespace }}]]></summary></entry>
{% endfor %}</feed>
"""
}
_LIST = {
    "index.html": INDEX.replace("</a></li>", "</a><div>{{ post.excerpt }}</div></li>"),
}
_WORDS = ("tide", "rope", "lamp", "oar", "net", "gull", "mast", "pier")
_LINK = "[there]: https://other.example/\n"


def _text(number: int) -> str:
    word = _WORDS[number % len(_WORDS)]
    return f"The *{word}* comes & goes, isn't it [there][]?\n\nSecond of {word} {number}.\n\n- one {word}\n- {number} more\n\n{word.title()} at last, {number * 7}.\n\n{_LINK}"


def _posts(texts: dict[int, str], count: int = 8) -> dict[str, str]:
    return {
        f"_posts/2020-01-{number + 10}-post-{number}.md": post(f"Post {number}", texts.get(number, _text(number)))
        for number in range(count)
    }


def _verified(back: Back, *arguments: str) -> subprocess.CompletedProcess[str]:
    return run("verify", "small", "--render", *arguments, settings={"ARCHIVE_ROOT": str(back.folder.parent)})


def _source(back: Back, number: int) -> str:
    path = next(entry["path"] for entry in back.index.values() if entry["path"].endswith(f"-post-{number}.md"))
    return (back.folder / path).read_bytes().decode()


def _learned(back: Back, key: str) -> str:
    return re.search(rf"^{key} = (.*?)$", (back.folder / "site.toml").read_text("utf-8"), re.MULTILINE)[1]


@pytest.mark.parametrize("shows", [_HEAD, _FEED])
def test_a_post_that_is_all_excerpt_has_carriage_returns(tmp_path: Path, shows: dict[str, str]) -> None:
    files = _posts({}) | shows
    name = "_posts/2020-01-13-post-3.md"
    files[name] = files[name].replace("\n", "\r\n")
    back = given_back(tmp_path, files)
    assert _source(back, 3).count("\r\n") == _source(back, 3).count("\n") > 9
    assert not [number for number in range(8) if number != 3 and "\r" in _source(back, number)]
    done = _verified(back)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("shows", [_HEAD, _FEED])
@pytest.mark.parametrize("blanks", [1, 2])
def test_an_empty_line_within_an_excerpt_has_a_blank(tmp_path: Path, shows: dict[str, str], blanks: int) -> None:
    back = given_back(tmp_path, _posts({3: _text(3).replace("\n\n", "\n \n", blanks)}) | shows)
    body = _source(back, 3).rpartition("---\n")[2].lstrip("\n")
    assert (body.count("\n \n"), body.partition("\n\n")[0].count("\n \n")) == (blanks, blanks), body
    assert not [number for number in range(8) if number != 3 and "\n \n" in _source(back, number)]
    done = _verified(back)
    assert done.returncode == 0, done.stdout + done.stderr


def test_another_excerpt_than_the_page_shows_is_found_out(tmp_path: Path) -> None:
    back = given_back(tmp_path, _posts({}) | _HEAD)
    assert _verified(back).returncode == 0
    entry = next(entry for entry in back.index.values() if entry["path"].endswith("-post-5.md"))
    path = back.folder / entry["path"]
    path.write_bytes(path.read_bytes().replace(b"\n\nSecond", b"\n \nSecond"))
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    change_line(back.folder, entry["id"], lambda line: line.update(sha256=digest, bytes=path.stat().st_size))
    done = _verified(back, "--json", "--diff")
    found = [one for one in json.loads(done.stdout)["findings"] if "Jekyll" in one["what"]]
    assert [one["what"] for one in found] == ["Jekyll renders another excerpt than the captured page"]
    assert found[0]["diff"].startswith("@@ excerpt: line 1, ")


@pytest.mark.parametrize("shows", [_HEAD, _LIST])
@pytest.mark.parametrize("separator", ["<!--more-->", "<!-- more -->"])
def test_a_comment_that_ends_excerpts_is_the_separator(tmp_path: Path, shows: dict[str, str], separator: str) -> None:
    texts = {number: _text(number).replace("\n\n- one", f"\n\n{separator}\n\n- one") for number in range(1, 7)}
    back = given_back(tmp_path, _posts(texts) | shows, f'excerpt_separator: "{separator}"\n')
    assert _learned(back, "excerpt_separator") == f'"{separator}"'
    assert not [number for number in range(8) if "\r" in _source(back, number)]
    done = _verified(back)
    assert done.returncode == 0, done.stdout + done.stderr
    done = run(
        *("export", "small", "--format", "jekyll", "--output", str(tmp_path / "out")),
        settings={"ARCHIVE_ROOT": str(back.folder.parent)},
    )
    assert done.returncode == 0, done.stderr
    assert yaml.safe_load((tmp_path / "out" / "_config.yml").read_text())["excerpt_separator"] == separator


def test_a_comment_behind_which_excerpts_go_on_is_none(tmp_path: Path) -> None:
    texts = {number: f"<!-- a -->\n\n{_text(number)}" for number in range(8)}
    back = given_back(tmp_path, _posts(texts) | _LIST)
    assert _learned(back, "excerpt_separator") == '""'


def test_the_beginning_of_contents_is_no_excerpt(tmp_path: Path) -> None:
    """Themes show so much of the text, whatever the excerpt is."""
    layout = _HEAD["_layouts/post.html"].replace("page.excerpt | strip_html", "page.content | strip_html | truncate: 60")
    back = given_back(tmp_path, _posts({}) | {"_layouts/post.html": layout})
    assert _learned(back, "excerpts") == "[]"
    assert not [number for number in range(8) if "\r" in _source(back, number) or "\n \n" in _source(back, number)]
