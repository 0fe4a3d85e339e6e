"""Code that another kramdown or Rouge marked comes back as code, where nothing but its boxes, classes and spans is another's."""

from __future__ import annotations

import pytest

from crawler.reconstruct import Habits, give_back, marked_elsewhere, marked_here, without_marks

_ELSEWHERE = Habits(marked_elsewhere=True)
_HERE = "<p>Before the tide.</p>\n\n%s\n\n<p>Behind it.</p>\n"
_INSIDE = '<span class="kd">puts</span> <span class="s1">"a &lt; b"\n</span><span class="nx">salt</span>\n'
_TEXT = 'puts "a < b"\nsalt\n'
#: What other kramdowns and Rouges make of a block in Ruby, and what it is in Markdown.
_BLOCKS = {
    "other spans": (
        f'<div class="language-ruby highlighter-rouge"><div class="highlight"><pre class="highlight"><code>{_INSIDE}</code></pre></div></div>',
        f"```ruby\n{_TEXT}```",
    ),
    "one box": (
        f'<div class="language-ruby highlighter-rouge"><pre class="highlight"><code>{_INSIDE}</code></pre>\n</div>',
        f"```ruby\n{_TEXT}```",
    ),
    "no language": (
        '<div class="highlighter-rouge"><div class="highlight"><pre class="highlight"><code>a &lt; b\n\n  c\n</code></pre></div></div>',
        "```\na < b\n\n  c\n```",
    ),
    "one box, no language": (
        '<div class="highlighter-rouge"><pre class="highlight"><code>~~~\na\n~~~\n</code></pre>\n</div>',
        "````\n~~~\na\n~~~\n````",
    ),
    "numbers beside it": (
        (
            '<div class="language-ruby highlighter-rouge"><div class="highlight"><table style="margin: 0"><tbody><tr><td class="gutter">'
            f'<pre>1<br/>2</pre></td><td class="code"><pre class="highlight"><code>{_INSIDE}</code></pre></td></tr></tbody></table></div></div>'
        ),
        f"```ruby\n{_TEXT}```",
    ),
    "Jekyll's tag": (
        '<figure class="highlight"><pre><code class="language-ruby" data-lang="ruby"><span class="nx">puts</span> <span class="mi">1</span></code></pre></figure>',
        "{% highlight ruby %}\nputs 1\n{% endhighlight %}",
    ),
    "Jekyll's tag of old": (
        '<div class="highlight"><pre><code class="language-ruby" data-lang="ruby"><span class="n">puts</span> <span class="mi">1</span></code></pre></div>',
        "{% highlight ruby %}\nputs 1\n{% endhighlight %}",
    ),
}


@pytest.mark.parametrize("kind", _BLOCKS)
def test_a_block_that_was_marked_elsewhere_is_no_html(converter, kind):
    shown, source = _BLOCKS[kind]
    body = give_back(_HERE % shown, converter, _ELSEWHERE)
    assert (body.extension, body.marked, body.failed) == (".md", True, None)
    assert body.text.strip() == f"Before the tide.\n\n{source}\n\nBehind it."
    (rendered,) = converter.convert([body.text])
    if "{%" not in source:
        assert without_marks(rendered) == without_marks(_HERE % shown)


@pytest.mark.parametrize("kind", _BLOCKS)
def test_it_stays_html_where_a_site_was_made_here(converter, kind):
    shown, _ = _BLOCKS[kind]
    body = give_back(_HERE % shown, converter, Habits())
    assert "<pre" in body.text
    assert not body.marked


def test_numbers_of_lines_may_be_the_converters_own(converter):
    converter.configure({"syntax_highlighter_opts": {"block": {"line_numbers": True}}})
    try:
        (made,) = converter.convert([f"Before the tide.\n\n```ruby\n{_TEXT}```\n"])
        other = made.replace('<span class="nb">', '<span class="k">')
        assert other != made
        assert give_back(other, converter, _ELSEWHERE).text == f"Before the tide.\n\n```ruby\n{_TEXT}```\n"
    finally:
        converter.configure({})


def test_spans_in_text_have_no_class_of_a_language(converter):
    shown = (
        '<p>Type <code class="highlighter-rouge">a &lt; b</code>, <em>or</em> <code class="highlighter-rouge">c</code>.</p>\n'
    )
    assert give_back(shown, converter, _ELSEWHERE).text == "Type `a < b`, *or* `c`.\n"


def test_code_in_lists_is_told_too(converter):
    (made,) = converter.convert(["* one\n\n  ```ruby\n  puts 1\n  ```\n\n* two `a`\n"])
    other = made.replace("language-plaintext ", "").replace('<div class="highlight">', "").replace("</pre></div>", "</pre>\n")
    assert other != made
    assert "<" not in give_back(other, converter, _ELSEWHERE).text


def test_what_differs_otherwise_is_not_taken_for_it(converter):
    typed = (
        '<div class="language-ruby highlighter-rouge"><pre class="highlight"><code>puts <b>1</b>\n</code></pre>\n</div>',
        '<div class="language-ruby highlighter-rouge" id="own"><pre class="highlight"><code>puts 1\n</code></pre>\n</div>',
        '<div class="highlight"><pre><code><span class="n">puts</span></code></pre></div>',
        '<pre><code><span class="n">puts</span></code></pre>',
    )
    for one in typed:
        assert marked_here(one, converter) == one
        assert without_marks(one) == one


def test_an_html_file_stays_as_the_page_has_it(converter):
    shown = f"<section><u>Tide</u></section>\n<center>{_BLOCKS['other spans'][0]}</center>\n<section>Salt</section>\n"
    body = give_back(shown, converter, Habits(marked_elsewhere=True, html_files=True))
    assert (body.text.strip(), body.extension) == (shown.strip(), ".html")


def test_most_contents_with_code_have_to_be_marked_as_they_are_here(converter):
    here = converter.convert([f"One {number} `code`.\n\n```ruby\n{_TEXT}```\n" for number in range(9)])
    other = _BLOCKS["other spans"][0]
    assert marked_elsewhere([*here, other, "<p>No code.</p>"], converter) == (0, 10)
    assert marked_elsewhere([*here[:4], other], converter) == (1, 5)
    assert marked_elsewhere(here, converter) == (0, 9)
    assert marked_elsewhere([], converter) == (0, 0)
