"""What stands in front matter is read back by Python's YAML and by Ruby's, with which Jekyll reads it."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from datetime import UTC, datetime
from html import unescape
from typing import TYPE_CHECKING

import pytest
import yaml
from hypothesis import example, given
from hypothesis import strategies as st

from crawler.items import Exchange, Post
from crawler.markup.source.front_matter import is_plain, names_in, names_line, read_fields, text_scalar, words
from crawler.markup.source.sample import FrontMatterForm
from crawler.sites.finews import Finews
from tests.conftest import missing
from tests.markup.texts import HARD, texts
from tests.replica.build import BUILT, INSTALL

if TYPE_CHECKING:
    from pathlib import Path

_RUBY = """
require "yaml"; require "date"; require "json"
found = JSON.parse($stdin.read).map do |text|
  begin
    YAML.safe_load(text, permitted_classes: [Date, Time, Symbol]).transform_values { |value| value.is_a?(Float) || value.is_a?(Symbol) ? [value.class.name] : value }
  rescue StandardError => error
    { "error" => error.class.name }
  end
end
puts JSON.generate(found)
"""
_BLOCK = re.compile(r"---\n(.*?)^---\n", re.DOTALL | re.MULTILINE)
TEXTS = st.text(max_size=30) | st.sampled_from(HARD)


def in_ruby(blocks: list[str]) -> list[dict[str, object]]:
    """The fields that Ruby reads in each of these blocks, in one process."""
    ruby = shutil.which("ruby") or missing("ruby", INSTALL)
    done = subprocess.run(
        [ruby, "-e", _RUBY], input=json.dumps(blocks), capture_output=True, text=True, check=True, encoding="utf-8"
    )
    return json.loads(done.stdout)


def storable(text: str) -> bool:
    """Whether a text has a form in YAML at all: lone surrogates have none."""
    return not re.search("[\ud800-\udfff]", text)


def test_ruby_and_python_read_every_text_back() -> None:
    found = [text for text in texts(6_000) if storable(text)]
    blocks = [f"a: {text_scalar(text)}\n" for text in found if text]
    for text, block, fields in zip(filter(None, found), blocks, in_ruby(blocks), strict=True):
        assert fields == {"a": text}, block
        assert yaml.load(block, Loader=yaml.CSafeLoader) == {"a": text}
        assert read_fields(block) == {"a": text}


def test_ruby_reads_the_names_that_were_written() -> None:
    found = [text for text in texts(3_000, 2) if storable(text)]
    names = [found[start : start + 1 + start % 3] for start in range(0, len(found), 3)]
    blocks = [f"tags: {names_line(one)}\n" for one in names]
    for one, block, fields in zip(names, blocks, in_ruby(blocks), strict=True):
        read = fields["tags"] or ""
        assert (words(read) if isinstance(read, str) else read) == one, block
        assert names_in(names_line(one)) == one


def test_what_ruby_takes_for_text_stands_plain_but_for_numbers_of_other_readers() -> None:
    found = [text for text in texts(6_000, 3) if text and storable(text)]
    read = in_ruby([f"a: {text}\n" for text in found])
    needless = {text for text, fields in zip(found, read, strict=True) if fields == {"a": text} and not is_plain(text)}
    allowed = re.compile(r"[-+]?[0-9.,_eE+-]*|0[oO][0-7_,]*|[-+]?0[xXbB].*|[0-9:_.+-]+|[-0-9]+[ T].*|=|<<|[-+]?\.\w{3}|:.*")
    assert not {text for text in needless if not allowed.fullmatch(text)}
    wrong = {text for text, fields in zip(found, read, strict=True) if fields != {"a": text} and is_plain(text)}
    assert not wrong


@given(TEXTS)
@example("[" * 100_000)
@example('a": ' + "[" * 100_000)
@example("- " * 100_000)
def test_no_text_breaks_it(text: str) -> None:
    names_in(text)
    if storable(text):
        assert yaml.load(f"a: {text_scalar(text)}", Loader=yaml.CBaseLoader) == {"a": text}
        assert names_in(names_line([text])) == ([text] if words(text) else names_in(names_line([text])))


@given(st.lists(TEXTS.filter(storable), max_size=4), TEXTS.filter(storable))
def test_stock_front_matter_is_read_back(tags: list[str], author: str) -> None:
    for form in (FrontMatterForm(), FrontMatterForm.of("---\ntitle: T\ntags: a\nauthor: 'x'\n---\n")):
        block = form.write(
            {"title": author, "date": datetime(2024, 1, 1, 1, tzinfo=UTC), "tags": tuple(tags), "author": author}
        )
        fields = yaml.load(block.split("---\n")[1], Loader=yaml.CBaseLoader)
        assert fields["title"] == author


def post_with(tag: str, shown: str, link: str | None = None) -> Post:
    foot = "" if link is None else (
        '\n\n<p><a href="http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW1">x</a></p>\n\n'
        f'<p><a href="//finews.withounder.com/category/a.html">\u8fd4\u56de{link}</a>\uff5c<a href="//finews.withounder.com/">\u8fd4\u56de\u9996\u9875</a></p>'
    )  # fmt: skip
    page = f"""<html><small>(GMT+8, Asia/Shanghai, CST) 2022-03-01 19:58:30</small>
<h1>T</h1>

<p>{tag!a}</p>{foot}

<small>tags: <em>{shown}</em></small></html>"""
    parsed = Finews().parse_page(Exchange("https://finews.withounder.com/a/2022/03/01/NW1.html", 200, page.encode()))
    return Finews().build_post(parsed)  # type: ignore[arg-type]


@pytest.mark.parametrize("linked", [True, False])
def test_the_tags_that_a_page_shows_are_those_that_jekyll_reads(linked: bool) -> None:
    shown = [
        text for text in texts(300, 4) if text and storable(text) and "<" not in text and "\r" not in text and " - " not in text
    ]
    posts = [post_with(tag, tag, unescape(tag) if linked else None) for tag in shown]
    read = in_ruby([_BLOCK.match(post.content)[1] for post in posts])  # type: ignore[index]
    for tag, post, fields in zip(shown, posts, read, strict=True):
        tags = fields["tags"]
        assert (words(tags) if isinstance(tags, str) else tags) == [tag] == post.tags, post.content


def test_a_link_that_has_the_source_exactly_is_kept() -> None:
    post = post_with("x", "AI", "AI #1\u65b0\u95fb")
    assert "\ntags: AI #1\u65b0\u95fb\n" in post.content
    assert post.tags == ["AI"]
    assert "\ntags: no\n" in post_with("x", "", "no").content
    assert post_with("x", "", "no").tags == []


@pytest.mark.parametrize("path", sorted((BUILT / "posts").glob("*.md")), ids=lambda path: path.name)
def test_front_matter_of_real_posts_stands_as_it_is(path: Path) -> None:
    found = re.match(r"---\n.*?^categories: (.*?)\ntags: (.*?)\n---\n", path.read_text("utf-8"), re.DOTALL | re.MULTILINE)
    for written in found.groups() if found else ():
        names = names_in(written)
        assert names_line(names) == " ".join(written.split()) or "  " in written or "#" in written


@pytest.mark.parametrize("tag", ["no", "2022", "a: b"])
def test_quotes_that_no_page_tells_are_a_guess(tag: str) -> None:
    assert "tags.quotes" in post_with(tag, tag, tag).assumed
    assert post_with(tag, tag, tag).fidelity != "exact"
    assert "tags.quotes" not in post_with("x", "AI", "AI #1").assumed
