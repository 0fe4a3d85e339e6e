"""Texts that make careless readers slow when they are repeated: whatever begins something, opens it, or may go on."""

from __future__ import annotations

_WORDS = (
    "{{ {% {# <!-- <![CDATA[ < & &# &#x &amp &lt; &amp; \" ' [ ![ ]( [x]( [x]: ( ) * ** _ __ ` ``` ~~~ | || = == # % %41 \\ $ : ; , . - -- + ! ? @ / // ~ ^"
    " <div> <b> <p> <p>a <a> <em> <strong> <ul><li> <h2> <img <a <td <table> </div> </p> </html> <script> <style> <br> <pre> <title> <head> <svg> <math>"
    " <a/href= <a/href=x> <a/href='x <a/class=\" <time> <entry> <link> <feed> <content> <item> <updated> <!DOCTYPE <!ENTITY <? ?> --> ]]> }} %}"
    ' 1 9 123, 0. a ab 1a- A: a: http://a http:// https://a.b/ /2022/03/01 //a ../ a/ ?a=b &a=b a@b {"a": {"a":1}, [1, true, "a", \\"a \\u00e9'
    " \u200b \u3000 \ufeff \u00a0 \u00ad \u4e2d \uff08 \uff08\u6587\u7ae0\u6765\u6e90\uff1a \u201c \u2019 \u2014 \u2026 \U0001f600 \u0301"
    " date: --- tags: !!a &a *a <<: |- >- [返回 返回 {%raw%} {{'{' 1;a=b,c;q=0 HTTP/1.1 WARC/1.0 sha1:a"
)
#: These have blanks in them.
_LINES = (
    " ", "\n", "\r", "\t", "\r\n", " \n", "\n\n", "\n\n\n", "> ", ">\n", "- ", "- a\n", "-\n", "* a\n", "1. ", "1. a\n", "# a\n", "a\n",
    "a\n\n", "a  \n", "    a\n", "| a ", "|a|b|\n|-|-|\n", "=\n", "a\n=\n", "---\n", "***\n", "a: b\n", "A: b\r\n", " a\n", "[a]: b\n",
    "<p> ", '<a href="x">', '<a href="x">a</a>', '<li><a href="/2022/03/01/a.html">a</a></li>\n', '<img src="x">', '<img alt="',
    "<b ", '<b a="', "<b a=b ", "<b a ", "<!-- a --> ", "<p>a</p>\n", "<p>a</p>\n\n", '\n\n<p><a href="', "</html> ", "</html>\n ",
    '<h2 id="a">a</h2>', "<small>tags: <em>a</em></small>\n", "<small>(GMT+8, Asia/Shanghai, CST) 2022-03-01 19:58:30</small>\n",
    "{{ a }}", "{% a %}", "{% raw %}", "{% endraw %}", "{{ ", "{% ", "a, ", ", ", "1, ", "3\r\na\r\n", "5\r\na", "0 ", "a b ", "<http://a> ",
    'a="b" ', "20220301120000 http://a/ 200 X\n", "http://a/ 1.1.1.1 20220301120000 text/html 5\n", "WARC/1.0\r\n", "User-agent: *\nDisallow: /*a*$\n",
    '<entry><title>a</title><link href="b"/></entry>', "<![CDATA[ ", "&lt;b&gt;", '<span class="a">a</span>', "<td>a</td> ",
    '"a":"b", ', "a &amp; ", "!important ", "a > b ", ".a .b", ":not(", "[a=b]", "a,b", "`a` ", "``a ", "*a ", "**a", "_a_ ", "a*", "a_", "[a](b) ",
    "![a](b) ", "[a][b] ", "[[", "]]", "\\[", "\\\\", "$$", "~~", "a|b\n", "^a", "[^a]: ", "*[a]: b\n", "{:.a}\n", "{: ", "{::a}", "Mar 1, 2022 ",
    '<div class="highlighter-rouge"><pre class="a"><code>', '<div class="highlighter-rouge"><div class="highlight"><table><tbody><tr><td><pre>1<br>',
    '<figure class="highlight"><pre><code class="a" data-lang="a">', "<span>a",
    "2022-03-01 ", "2022-03-01T00:00:00+08:00 ", "max-age=1, ", "(a(", "a(b) ", "a:b:c:", "\x00", "\x01", "\x0b", "\x0c", "\x85", "\u2028",
)  # fmt: skip
SEEDS = tuple(dict.fromkeys((*_WORDS.split(" "), *_LINES)))


def hostile(seed: str, size: int) -> str:
    """A text of about so many bytes: the seed again and again, and something else behind it."""
    return seed * max(1, size // len(seed.encode())) + "\u4e00x"
