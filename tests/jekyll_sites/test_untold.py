"""What no page tells: each spelling of a group is rendered to the same bytes by Jekyll's own converter, and evened out."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings

from benchmarks.same_source import same
from benchmarks.untold import untold
from crawler.reconstruct import Converter, Habits, available, give_back
from tests.reconstruct.any_markdown import DOCUMENT

#: Spellings of one text each.
EVENED = {
    "marks of items": ("* a\n* b\n  c\n\nd", "  -   a\n  -   b\n      c\n\nd", "* a\n* b\nc\n\nd"),
    "numbers": ("1. a\n2. b\n10. c", "1.  a\n1.  b\n1.  c", " 7. a\n 3. b\n 9. c"),
    "lists in items": ("* a\n  * b\n* c", "*   a\n    *   b\n*   c", "- a\n  - b\n\n- c"),
    "quotes": ("> a\n> b\n>\n> c", ">a\n>b\n>\n>  c", "> a\nb\n>\n> c"),
    "typography": ("\"It's\" -- a --- b...", "“It’s” – a — b…", "&ldquo;It&rsquo;s&rdquo; &ndash; a &mdash; b&hellip;"),
    "characters by name": ("a < b & c > d ©", "a &lt; b &amp; c &gt; d &copy;"),
    "escapes": ("a_b [c] 1. d #e !", "a\\_b \\[c\\] 1\\. d \\#e \\!"),
    "addresses": ("See <http://a.b/c> now", "See [http://a.b/c](http://a.b/c) now"),
    "where links lead": ('[a](/b "c") ![d](/e)', "[a](</b> 'c') ![d]( /e )"),
    "tables": ("| a | b |\n|---|---|\n| c | d |", "a|b\n---|---\nc|d", "|a |b|\n|----|--|\n| c|  d |"),
    "tables in items": ("* a | b c\n* d", "- | a | b c |\n- d"),
    "rules": ("a\n\n---\n\nb", "a\n\n* * *\n\nb", "a\n\n_____\n\nb"),
    "marks behind headings": ("## a\n\n# b", "##  a ##\n\n# b #"),
    "breaks": ("a  \nb", "a<br>\nb", "a<br/>\nb", "a\\\\\nb", "a\\\nb"),
    "code spans": ("`a` `` `b ``", "``a`` `` `b``"),
    "attributes": ('a\n{: .b #c}\n\n[d](/e){:target="f"}', 'a\n{: class="b" #c }\n\n[d](/e){: target="f" }'),
    "attributes before a block": ("x\n\na\n{: .b}\n\nc", "x\n\n{: .b}\na\n\nc"),
    "tags": ('a <img src="b" alt="" width="1" />\nc', "a <img src='b' alt width=1>\nc"),
    "HTML for Markdown": ("**a** *b* [c](/d)", '<strong>a</strong> <em>b</em> <a href="/d">c</a>', '<p><strong>a</strong> <em>b</em> <a href="/d">c</a></p>'),
    "Markdown in HTML": ('<div class="a" markdown="1">\n*b*\n</div>', '<div markdown="1" class="a" >\n*b*\n</div>'),
    "comments": ("<div>a</div>\n<!-- b -->", "<div>a</div><!-- b -->"),
    "contents": ("* TOC\n{:toc}\n\n# a", "- what is in it\n{: toc}\n\n# a"),
    "contents in HTML": ('<div markdown="1">\n* TOC\n{:toc}\n</div>\n\n# a', '<div markdown="1">\n-  Contents\n{:toc}\n</div>\n\n# a'),
}  # fmt: skip
#: Each is rendered otherwise than any other of its group.
DIFFERENT = (
    ("* a\n* b", "* a\n\n* b", "1. a\n2. b", "* a\n  b", "> * a\n> * b", "a\nb"),
    ("a", "*a*", "**a**", "`a`", "# a", "> a", "    a", "[a](/b)", "[a](/c)", '[a](/b "c")', "![a](/b)"),
    ("a\n\nb", "a\nb", "a  \nb", "a b", "a  b", "a\n\n---\n\nb", "a\n\n<!-- -->\n\nb"),
    ("~~~\na -- “b”\n~~~", '~~~\na --- "b"\n~~~', "~~~\na  -- “b”\n~~~", "~~~ruby\na -- “b”\n~~~", "a -- “b”"),
    ("| a | b |", "| a b |", "| a | c |", "| a | b |\n|---|---|\n| c | d |"),
    ("<ul>\n  <li>a</li>\n</ul>", "* a"),
)


@pytest.fixture(scope="module")
def converter():
    if not available():
        pytest.skip("Ruby and Jekyll are needed: apt install jekyll, or gem install jekyll")
    with Converter({}) as one:
        yield one


@pytest.mark.parametrize("name", EVENED)
def test_what_leaves_no_trace_is_evened_out(converter, name):
    contents = {(content or "").strip() for content in converter.convert(EVENED[name])}
    assert len(contents) == 1
    assert len({untold(text) for text in EVENED[name]}) == 1


@pytest.mark.parametrize("texts", DIFFERENT)
def test_all_else_stays_different(texts):
    assert len({untold(text) for text in texts}) == len(texts)


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(source=DOCUMENT)
def test_it_evens_out_what_the_stricter_one_does(converter, source):
    (content,) = converter.convert([source])
    if content is not None:
        back = give_back(content, converter, Habits(bullet="-", list_gap=3)).text
        assert not same(back, source) or untold(back) == untold(source)
