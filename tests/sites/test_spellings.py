"""All spellings of an address that a static server answers alike are one page; others are not."""

from __future__ import annotations

import pytest

from crawler.sites.finews import Finews
from crawler.sites.parsed import Kind
from crawler.sites.site import Site

NEWS = "https://finews.withounder.com"


def site(permalink: str, **attributes: object) -> Site:
    return type("Blog", (Site,), {"name": "blog", "home": "https://blog.example/b/", "permalink": permalink, **attributes})()


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://FINEWS.withounder.com:443/a/2022/03/01/NW1.html", "/a/2022/03/01/NW1.html"),
        ("http://finews.withounder.com:80/a/2022/03/01/NW1.html#x", "/a/2022/03/01/NW1.html"),
        ("http://user:pw@finews.zning.me/a/2022/03/01/NW1.html", "/a/2022/03/01/NW1.html"),
        (f"{NEWS}/%61/2022/03/01/%4eW1.html?v=123", "/a/2022/03/01/NW1.html"),
        (f"{NEWS}/a/%32022/03/01/NW1%2ehtml", "/a/2022/03/01/NW1.html"),
        (f"{NEWS}/career/in%20x/2022/03/01/NW1?utm_source=rss", "/career/in%20x/2022/03/01/NW1.html"),
        (f"{NEWS}/a/./b/../2022/03/01/NW1", "/a/2022/03/01/NW1.html"),
        (f"{NEWS}/a/2022/03/01/202112082206935918/", "/a/2022/03/01/202112082206935918.html"),
        (f"{NEWS}/emnews/2022/03/03/emnews/", "/emnews/2022/03/03/emnews/"),
        (f"{NEWS}/%e4%b8%ad/2022/03/01/x.html", "/%E4%B8%AD/2022/03/01/x.html"),
        (f"{NEWS}/a%2fb/2022/03/01/x.html", "/a%2Fb/2022/03/01/x.html"),
        (f"{NEWS}/category/a", "/category/a.html"),
        (f"{NEWS}/category/a.html?x", "/category/a.html"),
        (f"{NEWS}/emnews/index.html", "/emnews/"),
        (f"{NEWS}/index.html?v=1", "/"),
        (NEWS, "/"),
        (f"{NEWS}/?v=1", "/"),
        (f"{NEWS}/?utm_source=a&utm_medium=b", "/"),
        (f"{NEWS}/?p=12", "/?p=12"),
        (f"{NEWS}/feed.xml?1646100000", "/feed.xml"),
        (f"{NEWS}/about?x=1", "/about?x=1"),
    ],
)
def test_one_form_of_finews(url: str, canonical: str) -> None:
    assert Finews().canonical(url) == NEWS + canonical
    assert Finews().canonical(NEWS + canonical) == NEWS + canonical


@pytest.mark.parametrize(
    "url", [f"{NEWS}:8080/a/2022/03/01/NW1.html", "https://other.example/a/2022/03/01/NW1.html", "mailto:a@b", "http://[x", ""]
)
def test_what_is_elsewhere_stays(url: str) -> None:
    assert Finews().canonical(url) == url


@pytest.mark.parametrize(
    ("permalink", "path", "canonical", "kind"),
    [
        ("date", "2024/05/11/a", "2024/05/11/a.html", Kind.POST),
        ("date", "x/2024/05/11/v1.2?v=3", "x/2024/05/11/v1.2.html", Kind.POST),
        ("date", "2024/05/11/a/", "2024/05/11/a.html", Kind.POST),
        ("pretty", "2024/05/11/a", "2024/05/11/a/", Kind.POST),
        ("pretty", "2024/05/11/a/index.html", "2024/05/11/a/", Kind.POST),
        ("pretty", "2024/05//11///a//", "2024/05/11/a/", Kind.POST),
        ("pretty", "2024/05/11/a.html", "2024/05/11/a.html", Kind.OTHER),
        ("/:year/:month/:day/:title", "2024/05/11/a/", "2024/05/11/a", Kind.POST),
        ("/:title.html", "a-post", "a-post.html", Kind.POST),
        ("/:title/", "style.css", "style.css", Kind.OTHER),
        ("/:title/", "about", "about", Kind.OTHER),
        ("/:title/", "blog", "blog", Kind.LISTING),
        ("date", "tags/x/?q=1", "tags/x/", Kind.LISTING),
        ("date", "feed.xml?v=1", "feed.xml", Kind.FEED),
        ("date", "assets/a.js?v=1", "assets/a.js?v=1", Kind.OTHER),
        ("date", "%7Eme/2024/05/11/%e4a.html", "~me/2024/05/11/%E4a.html", Kind.POST),
        ("date", "2024/13/41/a", "2024/13/41/a", Kind.OTHER),
    ],
)
def test_one_form_of_a_stock_site(permalink: str, path: str, canonical: str, kind: Kind) -> None:
    blog = site(permalink, pages=("about.html",))
    assert blog.canonical(f"http://BLOG.example:80/b/{path}") == f"https://blog.example/b/{canonical}"
    assert blog.kind(blog.canonical(f"https://blog.example/b/{path}")) == kind


def test_the_port_of_a_home_is_part_of_it() -> None:
    local = type("Local", (Site,), {"name": "local", "home": "http://localhost:4000/"})()
    assert local.canonical("http://LOCALHOST:4000/2024/05/11/a#x") == "http://localhost:4000/2024/05/11/a.html"
    assert local.canonical("http://localhost/2024/05/11/a") == "http://localhost/2024/05/11/a"
