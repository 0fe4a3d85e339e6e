from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crawler.items import Exchange
from crawler.markup.links.address import split
from crawler.sites.declared import load
from crawler.sites.finews import category_pages, facts

SITE = "https://finews.withounder.com"


@pytest.mark.parametrize(
    ("url", "kind"),
    [
        (f"{SITE}/", "listing"),
        (f"{SITE}/category/xinwanbao.html", "listing"),
        (f"{SITE}/emnews/", "listing"),
        (f"{SITE}/feed.xml", "feed"),
        (f"{SITE}/404.html", "other"),
        (f"{SITE}/career/in/touxingpevc/2022/03/01/NW1.html", "post"),
        (f"{SITE}/2022/03/01/NW1.html", "post"),
        (f"{SITE}/robots.txt", "other"),
        ("http://finews.zning.xyz/NewsData/GetNewsText.do?id=NW1", "companion"),
        ("http://finews.zning.xyz/html_News/NewsShare.html?infoCode=NW1", "other"),
        ("http://example.com/category/x.html", "other"),
    ],
)
def test_kinds(url: str, kind: str) -> None:
    assert facts.kind(url) == kind


@pytest.mark.parametrize(
    ("category", "url"),
    [
        ("xinwanbao", f"{SITE}/category/xinwanbao.html"),
        ("Career In touxingPEVC", f"{SITE}/category/Career%20In%20touxingPEVC.html"),
        ("anxin(xianggang)", f"{SITE}/category/anxin(xianggang).html"),
    ],
)
def test_category_pages(category: str, url: str) -> None:
    assert category_pages.category_url(category) == url


def test_answers_are_asked_of_the_shares_own_host_first() -> None:
    assert facts.answer_urls("NW1", "choicewzp1.eastmoney.com") == [
        "http://choicewzp1.eastmoney.com/NewsData/GetNewsText.do?id=NW1",
        "http://finews.zning.xyz/NewsData/GetNewsText.do?id=NW1",
        "http://app.jg.eastmoney.com/NewsData/GetNewsText.do?id=NW1&cid=Admin",
    ]


def test_rolling_news_has_nw_before_its_number() -> None:
    assert facts.answer_urls("202112082206935918", None)[0].endswith("?id=NW202112082206935918")


@given(st.text(min_size=1, max_size=30))
def test_an_id_cannot_lead_elsewhere(post_id: str) -> None:
    for url in facts.answer_urls(post_id, "evil.example"):
        assert facts.kind(url) == "companion"


POST_PATH = "/xinwanbao/2022/03/01/NW202203012292084539.html"


@pytest.mark.parametrize(
    "href",
    [
        POST_PATH,
        f"{SITE}{POST_PATH}",
        f"//finews.zning.me{POST_PATH}",
        f"\n  {POST_PATH}",
        "../../../../xinwanbao/2022/03/01/NW202203012292084539.html",
        "NW202203012292084539.html",
        "/xinwanbao/2022\t/03/01/NW202203012292084539.html",
        "/xinwanbao/&#50;022/03/01/NW202203012292084539.html",
        "\\xinwanbao\\2022\\03\\01\\NW202203012292084539.html",
    ],
)
def test_a_link_to_a_post_is_found_in_whatever_form(href: str) -> None:
    page = Exchange(f"{SITE}/xinwanbao/2022/03/01/NW1.html", 200, f'<p><a href="/">1</a><a href="{href}">2</a></p>'.encode())
    assert load("finews").post_links(page) == [f"{SITE}{POST_PATH}"]


PIECES = st.sampled_from(
    [
        "https://",
        "http://",
        "finews.withounder.com",
        "finews.zning.xyz",
        "finewsXwithounder.com",
        "/",
        "category/",
        "a",
        "feed.xml",
        ".html",
        "2022/03/01/NW1",
        "?id=1",
        "#",
        "/NewsData/GetNewsText.do",
        ":80",
        "//",
        "%2F",
        "@",
        "\n",
    ]
)


@given(st.lists(PIECES, max_size=8).map("".join) | st.lists(PIECES, max_size=6).map(lambda rest: facts.HOME + "".join(rest)))
def test_the_kind_of_an_ordinary_address_is_the_one_that_its_parts_tell(url: str) -> None:
    assert facts.kind(url) == facts._kind(split(url))
