"""Each construct of kramdown: what a person wrote is rendered, given back, and rendered to the same bytes again."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crawler.markup.markdown import escape_liquid, unescape_liquid
from crawler.reconstruct import Converter, Habits, give_back, habits_of, has_html_files
from crawler.reconstruct.white_space import KINDS, compressed

#: Bodies that come back as they were written: the page tells it, or it is what most people write.
THE_SAME = {
    "paragraphs": "One line\nand another.\n\nNext.\n",
    "headings": "# One\n\n## Two\n\n### Three\n",
    "heading with an ID": "# One {#first}\n\nText.\n",
    "repeated heading": "# One\n\nText.\n\n# One\n",
    "emphasis": "*One* **two** ***three*** and snake_case_names.\n",
    "typography": '"It\'s" 1--2 … well... — «so»\n'.replace(" …", ""),
    "Chinese typography": "他说“你好”……——然后走了。\n",
    "straight quotes in Chinese": '他说"你好"然后“走了”，It\'s 好。\n',
    "straight quotes": "He is 6\\\" tall, it\\'s so.\n",
    "code span": "Use `a < b && c` or ``x`y``.\n",
    "links": '[One](http://a.b/c_(d)) and [two](/x "Title") and <http://c.d>.\n',
    "mail": "<me@a.example>\n",
    "link with spaces": "[map](http://a.b/?q=5426 Bay Center)\n",
    "attributes of a link": '[One](/a){:target="_blank"}\n',
    "image": "![Alt text](/a.png)\n",
    "image with a width": '<img src="/a.png" alt="A" width="30">\n',
    "line breaks": "One  \ntwo<br>three\n",
    "tight list": "* one\n* two\n  * nested\n  * more\n* three\n",
    "loose list": "* one\n\n* two\n\n  More of two.\n\n* three\n",
    "numbers": "1. one\n2. two\n3. three\n",
    "list directly after text": "Text:\n* one\n* two\n",
    "code in a list": "* one\n\n  ```ruby\n  puts 1\n  ```\n\n* two\n",
    "tasks and others": "* one\n* [x] two\n* three\n",
    "loose tasks": "* [ ] one\n\n* [x] *two*\n\n  Three\n",
    "rule in an item": "*   one\n\n    ---\n\n*   two\n",
    "blanks in code in an item": "* one\n\n  ```ruby\n  a\n  \n      \n  b\n  ```\n",
    "tasks": "* [ ] one\n* [x] two\n",
    "two lists": "* one\n^\n\n* two\n",
    "quote": "> One\n> two\n>\n> > Deep\n",
    "list in a quote": "> * one\n> * two\n",
    "fenced code": '```ruby\nputs "a" # &\n```\n',
    "fenced code without a language": "```\n  plain <b>\n```\n",
    "code with fences": "````\n```\nx\n```\n````\n",
    "rule": "One\n\n---\n\nTwo\n",
    "table": "| a | b |\n|---|:---:|\n| c | d \\| e |\n",
    "table without a head": "| a | b |\n| c | d |\n",
    "definitions": "Term\n: What it *means*\n: And more\n",
    "footnotes": "One[^1] and two[^note].\n\n[^1]: First *note*.\n\n[^note]: Second.\n",
    "abbreviation": "The HTML page.\n\n*[HTML]: Hyper Text\n",
    "math": "Inline $$x^2$$ here.\n\n$$\n\\sum_i x_i\n$$\n",
    "attributes of a paragraph": "One\n{: .note #id}\n",
    "table of contents": "* TOC\n{:toc}\n\n# One\n\n## Two\n",
    "Markdown in HTML": '<div markdown="1" class="a">\n\n# One\n\nText *here*.\n\n</div>\n',
    "Markdown in HTML, by its quotes": '<div markdown="1" class="note">\nIt\'s *so*.\n</div>\n',
    "Markdown in HTML, by its indentation": '<div markdown="1">\nOne\n\n* two\n* three\n</div>\n',
    "HTML with quotes": '<div class="note">\n  <p>It\'s it’s</p>\n</div>\n\n# One\n',
    "HTML": '<div class="a">\n  <p>One<br>two</p>\n</div>\n\nText <span class="b">*here*</span>.\n',
    "HTML without values": 'Look:\n\n<video src="a.mp4" controls loop></video>\n',
    "comment": "One\n\n<!-- hidden -->\n\nTwo\n",
    "characters": "a < b & c > d, AT&T `&amp;` x_y* {z} [w] $5 #6 1. ~\n",
    "line that looks like a list": "One:\n\\- no list\n",
    "strikethrough": "~~gone~~\n",
    "no-break space at the end of an item": "* one\u00a0\n* two\n",
    "what only looks like a tag": "A `x` and List<String> or Map<Key>.\n\n* Use *Set<Item>*\n",
    "element that is none of HTML, with its end": "One <note>two</note> three.\n",
    "image with an empty title": '| a | b |\n|---|---|\n| <img src="/a.png" alt="" title=""> | c |\n',
    "link around an image with a width": '<a href="/b" target="_blank"><img src="/a.png" alt="" width="30"></a>\n',
    "break at the beginning of a line": "one\n<br>\n<br>two<br><br>\nthree  \nfour\n",
    "tags by name": "Write &lt;div class=a&gt; or &lt;/div&gt; &lt;br/&gt; but a < b > c.\n",
    "end tag alone": "Here is </u> nothing.\n",
    "headings at the beginning of items": "* # One\n  text\n\n* # Two\n  text\n",
    "HTML at the beginning of items": '* <font color="red">one</font>\n* <center>two</center>\n',
}
#: What comes back in another spelling, or as HTML: the page is the same.
ANOTHER_SPELLING = {
    "setext": "One\n===\n\nTwo\n---\n",
    "references": "[One][1] and [two][].\n\n[1]: http://a.b\n[two]: http://c.d 'T'\n",
    "entities": "&copy; &mdash; &nbsp; &#169; &lt;b&gt;\n",
    "indented code": "Text\n\n    code\n\n    more\n",
    "tildes": "~~~ ruby\nx = 1\n~~~\n",
    "lazy lines": "> One\ntwo\n\n* three\nfour\n",
    "wide lists": "*   one\n*   two\n\n    more\n",
    "underscores": "_one_ __two__\n",
    "nomarkdown": "{::nomarkdown}<b>*x*</b>{:/}\n",
    "options": '{::options auto_ids="false" /}\n\n# One\n',
    "HTML that ends nowhere": "<div>\n<p>one\n",
    "HTML glued to text": "one <div>two</div> three\n",
    "script": "<script>if (a < b && c) { d(); }</script>\n\n<style>\na > b { c: d }\n</style>\n",
    "Liquid in code": "`{{ page.title }}` and\n\n```liquid\n{% include a.html %}\n```\n",
    "end of list": "* one\n^\n* two\n",
    "SVG": '<svg viewBox="0 0 1 1"><path d="M0 0" /></svg>\n',
    "details": "<details><summary>One</summary>\n\n*two*\n\n</details>\n",
    "deep": "> " * 30 + "a\n",
    "trailing spaces": "one \ntwo   \n\n\n\nthree\n",
}


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


@pytest.mark.parametrize("kind", KINDS[1:])
def test_white_space_that_a_layout_took_away_is_no_part_of_the_proof(converter, kind):
    source = "# One\n\nText *here*.\n\n* a\n* b\n\n```ruby\nx = 1\n\ny = 2\n```\n\n> Quote\n\nEnd.\n"
    (content,) = converter.convert([source])
    assert content is not None
    assert give_back(compressed(content, kind), converter, Habits(compressed=kind)).text == source


def test_the_block_that_failed_is_named(converter):
    body = give_back("<p>One</p>\n\n<p CLASS=x>two\x0bthree</P>", converter, Habits())
    assert body.extension == ".html"
    assert body.failed is not None
    assert "two" in body.failed


def test_settings_of_the_site_count(converter):
    with Converter({"hard_wrap": True, "smart_quotes": ["apos", "apos", "quot", "quot"]}) as other:
        (content,) = other.convert(['One "two"\nthree\n'])
        assert given_back(other, content).text == 'One "two"\nthree\n'


WORDS = st.lists(
    st.sampled_from(["one", "two", "it's", '"q"', "--", "...", "a_b", "*", "_x", "`c`", "[l](/u)", "*e*", "**s**", "<b>h</b>", "1.", "#",
                     "&amp;", "<", ">", "中文", "“字”", "|", ":", "{", "{{ v }}", "$", "\\", "![i](/p)", "~", "http://a.b", "é"]),
    min_size=1, max_size=7,
).map(" ".join)  # fmt: skip
PARAGRAPH = st.lists(WORDS, min_size=1, max_size=3).map("\n".join)
SIMPLE = st.one_of(
    PARAGRAPH,
    st.builds(lambda level, text: f"{'#' * level} {text}", st.integers(1, 6), WORDS),
    st.builds(lambda language, text: f"```{language}\n{text}\n```", st.sampled_from(["", "ruby", "html"]), PARAGRAPH),
    st.just("---"),
    st.just("<div><p>raw</p></div>"),
    st.builds(lambda a, b: f"| {a} | {b} |\n|---|---|\n| {b} | {a} |", WORDS, WORDS),
)


def _nested(blocks):
    def listed(mark, gap, items):
        return gap.join(mark + item.replace("\n", "\n" + " " * len(mark)) for item in items)

    inner = st.lists(blocks, min_size=1, max_size=2).map("\n\n".join)
    return st.one_of(
        st.builds(
            listed,
            st.sampled_from(["* ", "- ", "1. "]),
            st.sampled_from(["\n", "\n\n"]),
            st.lists(inner, min_size=1, max_size=3),
        ),
        inner.map(lambda text: "> " + text.replace("\n", "\n> ")),
    )


DOCUMENT = st.lists(st.recursive(SIMPLE, _nested, max_leaves=4), min_size=1, max_size=4).flatmap(
    lambda blocks: st.lists(st.sampled_from(["\n", "\n\n"]), min_size=len(blocks), max_size=len(blocks)).map(
        lambda gaps: "".join(block + gap for block, gap in zip(blocks, gaps, strict=True))
    )
)


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
