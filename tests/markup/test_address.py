"""Addresses of strangers: nothing that parses one raises, and all of it is done in one place."""

from __future__ import annotations

import ast
from html import escape
from pathlib import Path

import orjson
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scrapy import Request

import crawler
from crawler.crawl.download.adapted import BadRedirect, RedirectMiddleware
from crawler.items import Exchange
from crawler.markup.feeds.feed import read_feed
from crawler.markup.links.address import absolute, joined, safe, split
from crawler.markup.links.links import head_links, page_addresses, page_links
from crawler.pipelines.images import image_urls
from crawler.sites.finews import Finews
from crawler.sites.site import Site
from tests.markup.addresses import ANY, BROKEN

#: What raises for an address that is none, by module; only :mod:`crawler.markup.links.address` may use it.
RAISES = {
    "urllib.parse": {"urlsplit", "urlparse", "urljoin", "urldefrag", "urlunsplit", "urlunparse"},
    "w3lib.url": {
        "safe_url_string",
        "canonicalize_url",
        "add_or_replace_parameter",
        "url_query_parameter",
        "safe_download_url",
    },
    "encodings.idna": {"ToASCII", "nameprep"},
}
HOME = "https://finews.withounder.com/"


class Blog(Site):
    name, home = "blog", "https://blog.example/"


def test_addresses_are_parsed_in_one_place() -> None:
    root = Path(crawler.__file__).parent
    found = []
    for path in root.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            names = {one.name for one in node.names} if isinstance(node, ast.ImportFrom | ast.Import) else set()
            module = node.module if isinstance(node, ast.ImportFrom) else ""
            if names & RAISES.get(module or "", set()) or any(name in RAISES or name == "urllib" for name in names):
                found.append(str(path.relative_to(root)))
    assert found == ["markup/links/address.py"] * 2


@given(ANY, ANY)
@example("http://[x", "a")
@example("", "//\u202e")
@example("https://\u202e/", "a")
def test_no_address_breaks_anything(base: str, href: str) -> None:
    url = absolute(base, href)
    if url is not None and url.startswith("http"):
        Request(url)
    split(href)
    joined(base, href)
    assert safe(href).isascii()


@given(ANY)
@example("/http:/%2e")
@example("%%61%61")
@example("/?%a%61")
def test_no_address_breaks_a_site(href: str) -> None:
    for site in (Finews(), Blog()):
        for url in filter(None, (href, absolute(site.home, href), site.home + href)):
            canonical = site.canonical(url)
            assert site.canonical(canonical) == canonical
            assert isinstance(site.kind(canonical).value, str)
            for told in (site.post_id, site.about, site.post_day, site.categories_at, site.post_link, site.describe):
                told(canonical)
        assert site.may_mean_post(href) in (True, False)


@given(st.lists(ANY, min_size=1, max_size=4), st.none() | ANY)
def test_other_links_are_kept_beside_any_address(hrefs: list[str], base: str | None) -> None:
    head = "" if base is None else f'<base href="{escape(base)}">'
    links = "".join(f'<a href="{escape(href)}">x</a><link href="{escape(href)}">' for href in hrefs)
    page = f"{head}{links}<a href='{HOME}kept'>k</a>".encode("utf-8", "replace")
    assert page_links(page, HOME)[-1].url == f"{HOME}kept"
    assert page_addresses(page, HOME)[-1] == f"{HOME}kept"
    head_links(page, HOME)


@pytest.mark.parametrize("href", BROKEN)
def test_a_link_that_is_left_out_is_told(href: str) -> None:
    left_out: list[str] = []
    page = f'<a href="/1">1</a><a href="{escape(href)}">x</a><a href="/2">2</a>'.encode()
    assert [link.url for link in page_links(page, HOME, left_out.append)] == [f"{HOME}1", f"{HOME}2"]
    assert page_addresses(page, HOME, left_out=left_out.append) == [f"{HOME}1", f"{HOME}2"]
    assert left_out == [href.replace("\0", "\ufffd")] * 2


@pytest.mark.parametrize("href", [one for one in BROKEN if "\0" not in one])
def test_an_entry_of_a_feed_that_is_left_out_is_told(href: str) -> None:
    kept = [f"{HOME}1", f"{HOME}2"]
    urls = [kept[0], href, kept[1]]
    written = [escape(url) for url in urls]
    feeds = (
        '<feed xmlns="http://www.w3.org/2005/Atom">'
        + "".join(f'<entry><link href="{url}"/></entry>' for url in written)
        + "</feed>",
        "<rss><channel>" + "".join(f"<item><link>{url}</link></item>" for url in written) + "</channel></rss>",
        orjson.dumps({"version": "https://jsonfeed.org/version/1", "items": [{"url": url} for url in urls]}).decode(),
    )
    for feed in feeds:
        left_out: list[str] = []
        assert [entry.url for entry in read_feed(feed.encode(), HOME, left_out.append)] == kept
        assert len(left_out) == 1


@pytest.mark.parametrize(
    ("href", "meant"),
    [
        ("http://[finews.withounder.com/a/2022/03/01/NW1.html", True),
        ("//finews.withounder.com:99999/a/2022/03/01/NW1.html?x", True),
        ("http://[x", False),
        ("https://h:x/about.html", False),
        ("https://h/2022/03/01/" + "x" * 5000 + ".html", True),
    ],
)
def test_which_may_have_been_meant_for_a_post(href: str, meant: bool) -> None:
    assert Finews().may_mean_post(href) is meant
    assert Blog().may_mean_post(href) is meant


@given(ANY)
def test_no_picture_breaks_a_post(src: str) -> None:
    for url in image_urls(f'<img src="{escape(src)}"><img src="/kept.png">', HOME):
        Request(url)
    assert f"{HOME}kept.png" in image_urls(f'<img src="{escape(src)}"><img src="/kept.png">', HOME)


@given(ANY)
@example("http://[x")
@example("javascript:x")
def test_a_redirect_to_any_address_is_followed_or_named(location: str) -> None:
    from scrapy.http import Response
    from scrapy.utils.test import get_crawler

    crawler = get_crawler(settings_dict={"TWISTED_REACTOR_ENABLED": False})
    crawler.spider = crawler._create_spider("x")
    middleware = RedirectMiddleware.from_crawler(crawler)
    request = Request(HOME)
    response = Response(HOME, 301, headers={"Location": location.encode("utf-8", "surrogatepass")})
    try:
        found = middleware.process_response(request, response)
    except BadRedirect:
        return
    assert isinstance(found, Request)


@given(ANY)
def test_no_address_in_an_article_breaks_a_post(href: str) -> None:
    shown = escape(href)
    page = f"""<html><body><section><small>(GMT+8, Asia/Shanghai, CST) 2022-03-01 19:58:30</small>
<h1>T</h1>

<p><a href="{shown}">x</a></p>

<p><a href="{shown}">{shown}</a></p>

<p><a href="{shown}">返回T</a>｜<a href="{shown}">返回首页</a></p>

<small>tags: <em>T</em></small></section></body></html>""".encode("utf-8", "replace")
    from crawler.derive.in_memory import derive_in_memory

    derived = derive_in_memory(Finews(), Exchange(f"{HOME}a/2022/03/01/NW1.html", 200, page))
    assert derived.post is not None or derived.rejected is not None
