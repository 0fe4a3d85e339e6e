"""Paragraphs with straight quotes among Markdown: they were typed as HTML, unless a few quotes were escaped."""

from __future__ import annotations

import pytest

from crawler.reconstruct import Habits, give_back

HTML = """\
<p>It's "so" with <strong>nets</strong>.</p>

<p>Not so with boats.</p>

```ruby
puts "it's"
```

<p>The harbour's nets:</p>
"""
ESCAPED = """\
It's "so" with **nets**.

A rope of 5\\" and no more.

It's so with boats, too.

## A head

* 1
* 2
"""
ONE = "<p>I don't think so, *really*.</p>\n\n## A head\n"


@pytest.mark.parametrize("source", [HTML, ESCAPED, ONE])
def test_paragraphs_come_back_as_they_were_typed(converter, source):
    [content] = converter.convert([source])
    body = give_back(content, converter, Habits())
    assert (body.text, body.extension) == (source, ".md")
    assert converter.convert([body.text]) == [content]


def test_a_paragraph_with_curly_quotes_is_markdown_in_any_case(converter):
    source = HTML + '\nIt\'s "so" with ropes, *too*.\n'
    [content] = converter.convert([source])
    assert give_back(content, converter, Habits()).text == source


def test_where_straight_quotes_stay_straight_nothing_is_told_by_them(converter):
    source = 'It\'s "so" with **nets**.\n\n## A head\n'
    converter.configure({"smart_quotes": "apos,apos,quot,quot"})
    [content] = converter.convert([source])
    body = give_back(content, converter, Habits())
    converter.configure({})
    assert body.text == source
