"""Each construct of kramdown: what a person wrote is rendered, given back, and rendered to the same bytes again."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.markup.titles.markdown import escape_liquid, unescape_liquid
from crawler.reconstruct import Converter, Habits, give_back, habits_of, has_html_files
from crawler.reconstruct.white_space import KINDS, compressed, of_blanks, with_ends
from tests.reconstruct.any_markdown import DOCUMENT
from tests.reconstruct.constructs import ANOTHER_SPELLING, THE_SAME


def with_liquid_run(text: str) -> str:
    """What Liquid makes of a text in which it has nothing to do but take its own signs for text."""
    return unescape_liquid(re.sub(r"\{% (?:end)?raw %\}", "", text))


def given_back(converter: Converter, content: str, habits: Habits | None = None):
    body = give_back(content, converter, habits or Habits())
    assert body.proven
    text = with_liquid_run(body.text)
    rendered = text if body.extension == ".html" else converter.convert([text])[0]
    assert rendered is not None
    assert rendered.strip() == content.strip()
    return body


@pytest.mark.parametrize("name", THE_SAME)
def test_it_comes_back_as_it_was_written(converter, name):
    (content,) = converter.convert([THE_SAME[name]])
    body = given_back(converter, content)
    assert (body.text, body.extension, body.failed) == (THE_SAME[name], ".md", None)


@pytest.mark.parametrize("name", ANOTHER_SPELLING)
def test_it_is_rendered_to_the_same_bytes(converter, name):
    (content,) = converter.convert([ANOTHER_SPELLING[name]])
    given_back(converter, content)


def test_habits_decide_where_the_page_cannot_tell(converter):
    source = "One\n===\n\n-   _a_\n-   b\n\n***\n\n    code\n\n[http://a.b](http://a.b)\n"
    habits = Habits(bullet="-", emphasis="_", strong="__", rule="***", fenced=False, setext=True, autolinks=False, list_gap=3)
    (content,) = converter.convert([source])
    assert given_back(converter, content, habits).text == source


def test_tables_are_spelt_as_the_samples_are(converter):
    source = "|a|b|\n| --- | :---: |\n|*c*||\n"
    (content,) = converter.convert([source])
    assert given_back(converter, content, Habits(table_gap=0, table_rule_gap=1)).text == source


@pytest.mark.parametrize("end", [">", " />", "/>"])
def test_html_ends_as_it_does_in_the_samples(converter, end):
    source = f'<div><img src="a" alt=""{end}</div>\n\nOne <img src="b" width="1"{end} two\n'
    (content,) = converter.convert([source])
    assert given_back(converter, content, Habits(void_end=end)).text == source


@pytest.mark.parametrize(
    "source",
    [
        "- a\n    - b\n        - c\n\n          more\n    - d\n- e\n",
        "* `a`\n   * b\n* `c`\n",
        "*   a\n    *   b\n",
        "- a\n  - b\n",
    ],
)
def test_lists_in_items_stand_where_they_do_in_the_samples(converter, source):
    (content,) = converter.convert([source])
    assert given_back(converter, content, habits_of([source])).text == source


def test_an_ellipsis_in_chinese_is_three_dots_unless_it_is_a_double_one(converter):
    source = "他说“好”...然后……走了\n"
    (content,) = converter.convert([source])
    assert given_back(converter, content).text == source


def test_blank_lines_at_the_end_are_no_part_of_the_proof(converter):
    source = 'One\n\n<script async src="a"></script>\n'
    (content,) = converter.convert([source])
    assert given_back(converter, content.strip()).text == source


def test_posts_are_named_by_post_url_where_that_is_a_habit(converter):
    content = '<p><a href="/2020/a/#b">One</a> <a href="/other">two</a></p>'
    posts = {"/2020/a/": "2020-01-02-a"}
    assert (
        "[One]({% post_url 2020-01-02-a %}#b) [two](/other)"
        in give_back(content, converter, Habits(post_url="{post}"), posts).text
    )
    assert "[One](/2020/a/#b)" in give_back(content, converter, Habits(), posts).text


def test_code_that_jekyll_highlighted_comes_back_as_its_tag(converter):
    for start in ("{% highlight ruby %}\n", "{% highlight ruby linenos %}\n"):
        tag = (start, "def a\n  '<b>'\nend\n", "{% endhighlight %}")
        (made,) = converter.highlight([tag])
        assert give_back(f"<p>One</p>\n\n{made}\n", converter, Habits()).text == f"One\n\n{''.join(tag)}\n"


RAW = """Write {% raw %}`{{ page.title }}`{% endraw %} or {{ '{{' }} x }}.

* In an item: {% raw %}`{{ a }}`{% endraw %}

{% raw %}
```liquid
{% include a.html %}
```
{% endraw %}

End.
"""


def test_code_that_looks_like_liquid_is_raw(converter):
    (content,) = converter.convert([with_liquid_run(RAW)])
    assert given_back(converter, content).text == RAW


@pytest.mark.parametrize(
    "source",
    [
        "One\n```\n{{ a }}\n```\nTwo\n",
        "```\n{{ a }}\n```\n\nOne\n",
        "* One\n\n  ```\n  {{ a }}\n  ```\n",
        "```\n{% endraw %}\n```\n",
    ],
)
def test_code_that_no_blank_lines_can_be_put_around_is_escaped(converter, source):
    (content,) = converter.convert([source])
    assert given_back(converter, content).text == escape_liquid(source)


def test_no_liquid_of_a_page_is_run(converter):
    assert converter.highlight([("{% highlight ruby %}\n", "{{ 1 | plus: 1 }}\n", "{% endhighlight %}")]) == [None]
    assert converter.highlight([("{% include /etc/passwd %}\n", "", "{% endhighlight %}")]) == [None]
    content = "<p>{{ 1 | plus: 1 }} {% include a %}</p>"
    assert unescape_liquid(give_back(content, converter, Habits()).text) == content[3:-4].replace("|", "\\|") + "\n"


def test_without_a_converter_it_is_html():
    body = give_back("<p>{{ a }}</p>", None, Habits())
    assert (body.text, body.extension, body.proven) == (escape_liquid("<p>{{ a }}</p>"), ".html", True)


def test_a_post_is_no_html_file_where_the_others_are_markdown(converter):
    html = '<div class="a">\n  <b>One</b>\n</div>\n'
    assert given_back(converter, html).extension == ".html"
    assert given_back(converter, html, Habits(html_files=False)).extension == ".md"
    markdown = '<h1 id="a">A</h1>\n\n<p>b</p>\n'
    assert has_html_files([html, html, markdown], converter, Habits())
    assert not has_html_files([html, markdown], converter, Habits())
    assert not has_html_files([], converter, Habits())


def test_what_was_html_stays_html(converter):
    content = '<table><tr><td colspan="2"><font color=red>a</font><BR>b</table>\n<p>c</p>'
    body = give_back(content, converter, Habits())
    assert (body.text, body.extension) == (content, ".html")


@pytest.mark.parametrize(
    ("source", "is_html"),
    [
        ('<p>One "two" it\'s</p>\n\n<p>Three <a href="x">a</a></p>\n', True),
        ("<p>It's <b>b</b>, isn't it? That's it.</p>\n<p>c's<br />\nd</p>\n<ul>\n<li>a's</li>\n</ul>\n", True),
        ("<p>It's so, isn't it? That's it.</p>\n\n# Head\n\n<p>One</p>\n", True),
        ("One `it\\'s it\\'s it\\'s`\n\n<div>it's, it's, it's</div>\n", False),
        ("<p>One</p>\n<p>It's two</p>\n<p>three</p>\n", True),
        ("One\n<p>two</p>\n", False),
        ("It's, it's\n\n<p>it's, it's, it's, it's</p>\n", False),
        ('Two\\" and 3\\"\n\nTwo\n', False),
    ],
)
def test_paragraphs_with_straight_quotes_were_typed_as_html(converter, source, is_html):
    """An import of another system may have made Markdown files of HTML; nobody types an escape before each quote."""
    (content,) = converter.convert([source])
    body = given_back(converter, content, Habits(html_files=False))
    assert body.extension == ".md"
    assert body.text == source or not is_html
    assert body.text.startswith("<p>") == is_html


def shown(content: str, kind: str) -> str:
    """A content as a layout shows it that takes white space away, with the end tags that it leaves out."""
    return with_ends(compressed(content, kind), kind)


@pytest.mark.parametrize("kind", KINDS[1:])
def test_white_space_that_a_layout_took_away_is_no_part_of_the_proof(converter, kind):
    source = "# One\n\nText *here*.\n\n* a\n* b\n\n```ruby\nx = 1\n\ny = 2\n```\n\n> Quote\n\nEnd.\n"
    (content,) = converter.convert([source])
    assert content is not None
    assert give_back(shown(content, kind), converter, Habits(compressed=of_blanks(kind))).text == source


@pytest.mark.parametrize("kind", KINDS[1:])
@pytest.mark.parametrize(
    "source",
    [
        "One  \n*two*  \nthree\n",
        "> One  \n> two\n",
        "* one  \n  two\n* three\n",
        "# A\n\nOne  \n[two](/b)  \nthree `x`  \ny\n",
    ],
)
def test_ends_of_lines_that_a_layout_took_away_are_told_by_what_stands_before_them(converter, kind, source):
    (content,) = converter.convert([source])
    body = give_back(shown(content, kind), converter, Habits(compressed=of_blanks(kind), table_gap=0))
    assert body.proven
    assert body.extension == ".md"
    assert converter.convert([body.text]) == [content]


def test_the_block_that_failed_is_named(converter):
    body = give_back("<p>One</p>\n\n<p CLASS=x>two\x0bthree</P>", converter, Habits())
    assert body.extension == ".html"
    assert body.failed is not None
    assert "two" in body.failed


_ODD = '<p><a href="/a.png" class=late><img data-src="/a.png" data-x></a></p>'


@pytest.mark.parametrize("odd", [_ODD, "<P>One<BR></P>", "<div>a\n\n   <pre>{{ b }}</pre>\n</DIV>"])
def test_one_block_that_kramdown_writes_otherwise_is_left_unread(converter, odd):
    content = f"<p>A <em>tide</em> and another one.</p>\n\n{odd}\n\n<ul>\n  <li>sea</li>\n  <li>salt</li>\n</ul>\n"
    body = given_back(converter, content + "<p>And more of it, and more.</p>\n" * 4)
    assert body.extension == ".md"
    assert body.text.startswith("A *tide* and another one.\n\n{::nomarkdown}\n")
    assert "\n{:/}\n\n* sea\n* salt\n" in body.text
    assert body.failed is not None
    assert body.failed.startswith(f"Byte {content.index(odd)}: ")


def test_what_would_end_such_a_block_is_an_html_file(converter):
    content = f"<p>A <em>tide</em> and another one.</p>\n\n{_ODD.replace('/a.png', '{:/}')}\n"
    assert give_back(content, converter, Habits()).extension == ".html"


def test_settings_of_the_site_count(converter):
    with Converter({"hard_wrap": True, "smart_quotes": ["apos", "apos", "quot", "quot"]}) as other:
        (content,) = other.convert(['One "two"\nthree\n'])
        assert given_back(other, content).text == 'One "two"\nthree\n'


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=DOCUMENT)
def test_any_markdown_is_rendered_to_the_same_bytes(converter, source):
    (content,) = converter.convert([source])
    if content is not None:
        given_back(converter, content)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(content=st.text(alphabet=st.sampled_from("ab<>/&;*_`#- \n\"'={}[]()|!pdiv1.中“"), max_size=80))
def test_any_content_comes_back(converter, content):
    given_back(converter, content)


@pytest.mark.parametrize(
    "picture", ["![A ferry](data:image/png;base64,{})", '<p><img src="data:image/png;base64, {}" alt="A ferry" /></p>']
)
def test_a_picture_within_the_text_is_no_hindrance(converter, picture):
    long, short = ("iVBORw0KGgo+" * 26_000 + "==", "R0lGODlh" * 30)
    source = f"## Tide\n\nOne *two*.\n\n{picture.format(long)}\n\nThree `four`.\n\n{picture.format(short)}\n"
    (content,) = converter.convert([source])
    body = give_back(content, converter, Habits())
    assert (body.extension, body.failed) == (".md", None)
    assert converter.convert([body.text]) == [content]
    assert body.text == source or "<p>" in picture
    assert give_back(content, None, Habits()).text == content
