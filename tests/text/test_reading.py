"""What is read out of a source post. The texts are made up, in the forms that the site's have."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from crawler.items import Security
from crawler.markup.titles.markdown import escape_liquid, unescape_liquid
from crawler.sites.declared import load
from crawler.text.article import as_html, serialised, tree
from crawler.text.language import language
from crawler.text.mentions import Link, author
from crawler.text.plain import length, markdown, plain_text
from crawler.text.reading import read

SITE = load("finews")
PATH = "_posts/2022/03/01/2022-03-01-NW202203010000000001.md"
URL = "https://finews.withounder.com/waibao/2022/03/01/NW202203010000000001.html"
HEAD = '---\nlayout: post\ntitle: "题"\ndate: 2022-03-01 08:00:00 +0800\ncategories: waibao\ntags: 外报新闻\n---\n'
MARKET = (
    "\n\n<http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW202203010000000001>\n\n"
    "[返回外报新闻](//finews.withounder.com/category/waibao.html)｜[返回首页](//finews.withounder.com/)"
)
WIDGET = (
    '<span id="stock_106.ABC"><a href="http://quote.eastmoney.com/unify/r/106.ABC" class="keytip" data-code="106,ABC">甲乙</a></span>'
    '<span id="quote_106.ABC">+1.2%</span>'
)


def post(body: str, end: str = MARKET) -> str:
    return HEAD + body + end


@pytest.mark.parametrize(
    "end",
    [
        MARKET,
        "",
        "\n\n<http://finance.example.com/news/1.html>",
        "\n\n<http://finance.example.com/news/1.html>\n\n[返回东财滚动新闻](../emnews/)\n[返回首页](../)",
        "\n\n<>\n\n[返回新闻](//finews.withounder.com/category/.html)｜[返回首页](//finews.withounder.com/)",
        "\n",
    ],
)
def test_the_article_is_what_stands_between_front_matter_and_links(end: str) -> None:
    assert SITE.article(post("<p>一</p>\n <p>二</p>", end)) == "<p>一</p>\n <p>二</p>"


def test_text_reads_well() -> None:
    body = (
        "<p>□本报记者 丙丁</p>\n <p>\u3000\u3000今日" + WIDGET + "上涨。<br />又一行</p>\n"
        '<p style="display:none;"><br />看不见</p><!-- EM_StockImg_Start --><center><img src="//img.example.com/a.png" /></center>'
        "<table><tr><td>代码</td><td>名称</td></tr><tr><td>600000</td><td>甲</td></tr></table>"
        '<script>alert(1)</script><p class="em_media">（文章来源：外报）</p>'
    )
    found = read(SITE, post(body), URL, PATH)
    lines = [" ".join(line.split()) for line in found.text.split("\n")]
    assert lines == ["□本报记者 丙丁", "", "今日甲乙上涨。", "又一行", "", "代码 名称", "600000 甲", "", "（文章来源：外报）"]
    assert found.author == "本报记者 丙丁"
    assert found.securities == [Security("ABC", "XNYS", "甲乙")]
    assert found.images == ["https://img.example.com/a.png"]
    assert found.links == [Link("http://quote.eastmoney.com/unify/r/106.ABC", "甲乙")]
    assert found.language == "zh"
    assert found.length == length(found.text)
    assert "| 600000 | 甲" in found.markdown
    assert "![](//img.example.com/a.png)" in found.markdown
    assert "看不见" not in found.markdown + found.text
    assert "alert" not in found.markdown + found.text


def test_rolling_news_is_its_digest_and_its_text() -> None:
    found = read(SITE, post("> 摘要*一*\n\n<p>正文</p>", "\n\n<http://finance.example.com/1.html>"), URL, PATH)
    assert found.text.split() == ["摘要一", "正文"]


def test_what_liquid_was_kept_from_is_text_again() -> None:
    assert SITE.article(post("<p>a {{ '{{' }} b {{ '{%' }} c</p>")) == "<p>a {{ b {% c</p>"
    assert SITE.article(post("`{% raw %}{{ '{{' }} a{% endraw %}` {%- raw -%}{% if %}{%endraw%}")) == "`{{ '{{' }} a` {% if %}"


@given(st.text(st.sampled_from("{}%' \nraw"), max_size=40))
def test_what_is_kept_from_liquid_is_the_same_again(text: str) -> None:
    assert unescape_liquid(escape_liquid(text)) == text


@pytest.mark.parametrize(
    ("source", "shown"),
    [
        ("## Head {#own-id}\n", "Head"),
        ("a [b](c){:target='x'} `d`{: .e} {:f}", "a b d {:f}"),
        ("> tip\n{: .tip }\n\nb", "tip\n\nb"),
        ("{: .x}\na\n{: #y}", "a"),
        ("a {#b}\n\n`{: .c}`\n\n    {: .d}\n", "a {#b}\n\n{: .c}\n\n{: .d}"),
        ("~~a~~ b", "a b"),
        ("```ruby\ndef a\n  b\n\nend\n```\nc", "def a\n  b\n\nend\nc"),
        ("<pre><span>a</span><br>  <b>b</b>\n<i>c</i></pre>", "a\n  b\nc"),
        (
            '<div class="highlight"><code><table><tr><td class="gl"><pre>1\n2\n</pre></td><td><pre><b>a</b>\n  b</pre></table></code></div>\nc',
            "a\n  b\n\nc",
        ),
    ],
)
def test_what_kramdown_has_and_code_read_well(source: str, shown: str) -> None:
    found = tree(as_html(source))
    before = serialised(found)
    assert re.sub(r"\n+", "\n", plain_text(found)) == re.sub(r"\n+", "\n", shown)
    assert serialised(found) == before


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("□本报记者甲乙 丙丁\n\n正文", "本报记者甲乙 丙丁"),
        ("◎记者 甲乙 ○编辑 丙丁\n\n正文", "记者 甲乙 ○编辑 丙丁"),
        ("题记\n\n文/甲乙\n\n正文", "文/甲乙"),
        ("作者：甲乙\n\n正文", "作者：甲乙"),
        ("晚报讯（记者 甲乙 通讯员 丙丁）今日有雨。", "记者 甲乙 通讯员 丙丁"),
        ("正文一。\n\n正文二。\n\n本报见习记者 甲乙", "本报见习记者 甲乙"),
        ("记者今天从会上得知，全年目标完成。", None),
        ("今日有雨。", None),
        ("", None),
    ],
)
def test_the_line_that_names_who_wrote_it(text: str, found: str | None) -> None:
    assert author(text) == found


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("今日市场小幅上涨，成交量有所放大。", "zh"),
        ("The central bank left its rates as they were.", "en"),
        ("12,3 %", None),
        ("", None),
        ("有雨多云", "zh"),
    ],
)
def test_the_language(text: str, found: str | None) -> None:
    assert language(text) == found


@given(st.text(max_size=300))
def test_whatever_a_stranger_wrote_is_read(body: str) -> None:
    found = read(SITE, post(body), URL, PATH)
    assert "\x00" not in found.text
    assert found.text == found.text.strip()
    assert found.length <= len(found.text)
    assert all(url.startswith(("http://", "https://")) for url in found.images)


HOSTILE = st.lists(
    st.sampled_from(
        [
            "<p>",
            "</p>",
            "<div>",
            "<table>",
            "<td>",
            "<script>",
            "</script>",
            "<!--",
            "-->",
            "<a href='javascript:x'>",
            "&#0;",
            "一",
            "<img src='\x01'>",
            "\n\n",
            "```",
            "<![CDATA[",
            "<?x",
        ]
    ),
    max_size=40,
).map("".join)


@given(HOSTILE)
def test_broken_html_is_read(body: str) -> None:
    found = read(SITE, post(body), URL, PATH)
    assert "<script>" not in found.text or "```" in body or "&" in body or "\n\n" in body
    assert found.images == []
    assert all(link.url.startswith("http") for link in found.links)


def test_what_is_nested_without_end_is_read() -> None:
    for tag in ("div", "blockquote", "span", "table"):
        found = read(SITE, post(f"<{tag}>" * 3000 + "深" + f"</{tag}>" * 3000), URL, PATH)
        assert found.text in ("深", ""), "a parser may give up on what is nested so deep, and nothing else is to happen"


@given(st.text(alphabet="一二三 \n，。ab*_#>|`", min_size=1, max_size=60))
def test_markdown_says_the_same_as_the_text(text: str) -> None:
    """Read as Markdown again, it has the same letters."""
    element = tree(as_html(f"<p>{text}</p>"))
    again = plain_text(tree(as_html(markdown(element))))
    letters = [char for char in plain_text(element) if char.isalpha()]
    assert [char for char in again if char.isalpha()] == letters


LINES = st.sampled_from(
    [
        "<p>a</p>",
        " <p>b",
        "   <div class=x>",
        "    <p>",
        "<!-- c -->",
        "<pre>",
        "<P",
        "text",
        "",
        "  ",
        "\t",
        "<script>",
        "</p>",
        "# a",
        "<span>",
        "<p/>",
        "<pa>",
    ]
)


@given(st.lists(LINES, max_size=6).map("\n".join))
def test_html_in_markdown_is_what_the_converter_makes_of_it(article: str) -> None:
    assert as_html(article) == str(MarkdownIt("commonmark", {"html": True}).enable("table").render(article))


def test_the_language_is_that_of_more_than_the_first_line(caplog: pytest.LogCaptureFixture) -> None:
    quoted = "The tide waits for nobody, as they say here, and nor does the ferry, they add. "
    german = "So sagte der Fährmann, und alle lachten, denn das Boot lag noch am Steg und die Flut war längst vorbei. " * 3
    with caplog.at_level("INFO"):
        assert (language(quoted * 4), language(quoted + german)) == ("en", "de")
    assert caplog.records == []
