from __future__ import annotations

from html import escape
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.sites.finews.footer import _split, split_footer

SHARE = "http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW1"
names = st.text(st.sampled_from("ab Z9\u4e2d(&)"), min_size=1, max_size=12).map(str.strip).filter(bool)


def paragraphs(share: str, listing: str, tag: str, joint: str, home: str) -> str:
    one, two, three = (escape(part, quote=False) for part in (share, listing, home))
    links = f'<p><a href="{two}">\u8fd4\u56de{escape(tag, quote=False)}</a>{joint}<a href="{three}">\u8fd4\u56de\u9996\u9875</a></p>'
    return f'<p><a href="{one}">{one}</a></p>\n\n{links}'


def swallowed(source: str) -> str:
    return escape(source, quote=False).replace("&amp;", "&amp;") + "\n</b></p>"


@given(names, names, st.sampled_from(["\uff5c", "\n"]))
def test_what_the_page_shows_is_written_again(category: str, tag: str, joint: str) -> None:
    listing, home = f"//finews.withounder.com/category/{category}.html", "//finews.withounder.com/"
    text, footer = split_footer("<p>x</p>\n\n" + paragraphs(SHARE, listing, tag, joint, home))
    assert text == "<p>x</p>"
    assert footer is not None
    assert footer.source() == f"\n\n<{SHARE}>\n\n[\u8fd4\u56de{tag}]({listing}){joint}[\u8fd4\u56de\u9996\u9875]({home})"
    assert footer.category == category


@given(names, names, st.sampled_from(["\uff5c", "\n"]))
def test_a_swallowed_footer_is_found_too(category: str, tag: str, joint: str) -> None:
    listing, home = f"//finews.withounder.com/{category}/", "//finews.withounder.com/"
    source = f"<{SHARE}>\n\n[\u8fd4\u56de{tag}]({listing}){joint}[\u8fd4\u56de\u9996\u9875]({home})"
    text, footer = split_footer("<p>x<b>y&lt;/p&gt;\n\n" + swallowed(source))
    assert text == "<p>x<b>y&lt;/p&gt;"
    assert footer is not None
    assert footer.swallowed
    assert footer.source() == "\n\n" + source


def test_rolling_news_without_back_links() -> None:
    url = "http://finance.eastmoney.com/news/11158,202112082206935918.html"
    text, footer = split_footer(f'<p>x</p>\n\n<p><a href="{url}">{url}</a></p>')
    assert text == "<p>x</p>"
    assert footer is not None
    assert footer.source() == f"\n\n<{url}>"
    assert (footer.links, footer.rolls, footer.zone_unknown) == ("none", True, False)


@pytest.mark.parametrize(
    ("listing", "joint", "links", "unknown"),
    [
        ("./emnews/", "\n", ".-lines", False),
        ("../emnews/", "\n", "..-lines", False),
        ("//finews.zning.me/emnews/", "\n", "finews.zning.me-lines", True),
        ("//finews.withounder.com/emnews/", "\n", "folder-lines", False),
        ("//finews.withounder.com/emnews/", "\uff5c", "folder-joined", True),
        ("//finews.withounder.com/category/x.html", "\uff5c", "category-joined", True),
    ],
)
def test_forms_of_the_links(listing: str, joint: str, links: str, unknown: bool) -> None:
    _, footer = split_footer(paragraphs(SHARE, listing, "T", joint, "./"))
    assert footer is not None
    assert (footer.links, footer.zone_unknown) == (links, unknown)


@given(st.text(max_size=200))
def test_no_content_breaks_it(content: str) -> None:
    split_footer(content)


@given(
    st.from_regex(r"(https?:|)//[a-z.:@A-Z]{0,9}/?[a-z/%(),;.-]{0,9}(\?[a-z=&#?]{0,9})?", fullmatch=True)
    | st.text("htps:/?#=&a.", max_size=30)
)
def test_addresses_are_split_as_the_library_does(url: str) -> None:
    try:
        expected = urlsplit(url)
    except ValueError:
        return
    assert _split(url) == expected


@pytest.mark.parametrize("address", ["http://[x", "//[", "http://a]b/"])
def test_an_address_that_is_none_costs_no_post(address: str) -> None:
    _, footer = split_footer(f'<p>a</p>\n\n<p><a href="{address}">x</a></p>')
    assert footer is not None
    assert (footer.share_host, footer.share_id, footer.links) == (None, None, "none")
