"""The settings of a site are told from what its pages look like."""

from __future__ import annotations

import re

import pytest

from crawler.reconstruct import Converter, Habits, give_back, settings_of

BODIES = (
    '# Héllo 中文\n\nIt\'s "one" -- two...\nthree[^1] `c`\n\n```ruby\nputs 1\n```\n\n[^1]: Note.\n',
    "* TOC\n{:toc}\n\n## 1. First\n\nSome text with $$x^2$$\nand more &copy; text.\n\n### Deep\n\n```\nbare\n```\n",
    "# Same\n\nText\n\n# Same\n\n> A quote's end\n\n* one\n* two\n",
)


@pytest.mark.parametrize(
    "kramdown",
    [
        {},
        {"hard_wrap": True, "auto_ids": False, "syntax_highlighter_opts": {"block": {"line_numbers": True}}},
        {"auto_id_prefix": "post-", "footnote_backlink": "^", "syntax_highlighter": "none"},
        {"smart_quotes": ["apos", "apos", "quot", "quot"], "footnote_nr": 3, "toc_levels": "2..2"},
        {"entity_output": "symbolic", "math_engine": None},
        {"entity_output": "numeric", "syntax_highlighter_opts": {"span": {"disable": True}}},
        {"syntax_highlighter_opts": {"default_lang": "ruby", "css_class": "code"}},
        {"input": "kramdown"},
        {"smart_quotes": ["sbquo", "lsquo", "bdquo", "ldquo"]},
        {"smart_quotes": ["rsaquo", "lsaquo", "raquo", "laquo"]},
        {"smart_quotes": ["apos", "apos", "ldquo", "rdquo"]},
        {"smart_quotes": ["lsquo", "rsquo", "quot", "quot"], "gfm_quirks": ["paragraph_end", "no_auto_typographic"]},
        {"typographic_symbols": {"ndash": "--"}},
        {"syntax_highlighter_opts": {"block": {"line_numbers": True, "start_line": 5}}},
        {"syntax_highlighter_opts": {"line_numbers": True}},
        {"syntax_highlighter_opts": {"line_numbers": True, "start_line": 3, "css_class": "code"}},
    ],
    ids=str,
)
def test_they_are_found(converter, kramdown):
    bodies = [body.replace("```ruby", "~~~ ruby").replace("```", "~~~") for body in BODIES]
    with Converter(kramdown) as one:
        contents = [content for content in one.convert(bodies) if content is not None]
    assert len(contents) == len(BODIES)
    assert settings_of(contents, Habits()) == kramdown


def test_with_typed_quotes_of_another_language_there_is_no_setting(converter: Converter) -> None:
    """Their apostrophe is kramdown's own, and here and there is a quote that it made of ASCII."""
    bodies = [f"Er hat's „so“ gesagt, „und so“, „nein“ -- {number}...\n\n„Noch“ eines.\n" for number in range(6)]
    contents = [content or "" for content in converter.convert(bodies)]
    assert settings_of(contents, Habits()) == {}


@pytest.mark.parametrize(
    ("quotes", "text"),
    [
        (["rsquo", "rsquo", "rdquo", "rdquo"], 'Det är "så" och "inte {}".\n'),
        (["sbquo", "lsquo", "bdquo", "ldquo"], 'Es war "so" und "nicht {}".\n\n<div>O\'Reilly</div>\n'),
    ],
)
def test_quotes_that_are_all_alike_are_no_chance(quotes: list[str], text: str) -> None:
    with Converter({"smart_quotes": quotes}) as one:
        contents = [content or "" for content in one.convert([text.format(number) for number in range(6)])]
    assert settings_of(contents, Habits()) == {"smart_quotes": quotes}


def test_what_a_few_posts_have_as_html_is_no_setting(converter):
    """Headings without an id, as HTML in two of nine posts, do not switch off the ids of all others."""
    bodies = [f"# Same {number}\n\nText\n\n## Other {number}\n\nMore\n" for number in range(7)]
    raw = [f"<h1>By hand {number}</h1>\n\n<h2>And</h2>\n\nText\n\n<h2>Again</h2>\n" for number in range(2)]
    contents = [content for content in converter.convert([*bodies, *raw]) if content is not None]
    assert len(contents) == len(bodies) + len(raw)
    assert settings_of(contents, Habits()) == {}


def test_without_contents_they_are_the_default_ones():
    assert settings_of([], Habits()) == {}


def test_headings_that_were_typed_as_html_do_not_say_that_others_get_no_ids(converter: Converter) -> None:
    bodies = [f'<h3 class="a">x</h3>\n\n<h3>Top</h3>\n\n## Part {number}\n\n## And {number}\n' for number in range(5)]
    contents = [content or "" for content in converter.convert(bodies)]
    assert "auto_ids" not in settings_of(contents, Habits())


def test_headings_of_other_letters_that_are_all_called_section_come_back_without_ids(converter: Converter) -> None:
    """Kramdown on its own, without GFM, makes ids of ASCII alone (kramdown #382): they tell the input, and no author typed them."""
    sources = [f"## 标题\n\n文字{number}在此。\n\n## 另一个\n\n还有。\n\n## Latin 一\n\n完。\n" for number in range(4)]
    with Converter({"input": "kramdown"}) as one:
        contents = [(content or "").strip() for content in one.convert(sources)]
        assert all('id="section"' in content and 'id="section-1"' in content for content in contents)
        assert settings_of(contents, Habits()) == {"input": "kramdown"}
        assert [give_back(content, one, Habits()).text for content in contents] == sources


def test_each_setting_says_how_many_contents_bear_it_out() -> None:
    with Converter({"hard_wrap": True, "auto_ids": False}) as one:
        contents = [content or "" for content in one.convert([f"# A {number}\n\nb\nc {number}\n" for number in range(9)])]
    evidence: dict[str, str] = {}
    assert settings_of(contents, Habits(), evidence) == {"hard_wrap": True, "auto_ids": False}
    told = "gives 5 of 5 contents looked at from shorter Markdown"
    assert evidence["kramdown.hard_wrap"] == evidence["kramdown.auto_ids"] == told
    assert re.fullmatch(
        r"these give contents from shorter Markdown, of \d+ settings tried in 9 of 9 contents", evidence["kramdown"]
    )


def test_that_no_setting_is_better_is_said(converter: Converter) -> None:
    contents = [content or "" for content in converter.convert(["# A\n\nb\n"] * 3)]
    evidence: dict[str, str] = {}
    assert settings_of(contents, Habits(), evidence) == {}
    assert re.fullmatch(
        r"Jekyll's own settings, and no others: none of \d+ tried in 3 of 3 contents did better", evidence["kramdown"]
    )
