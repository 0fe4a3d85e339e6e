"""Real pages, listings, feeds and answers with something broken in them; ``python -m tests.derive.mutated 60`` tries for a minute."""

from __future__ import annotations

import json
import random
import re
import sys
import time
from typing import TYPE_CHECKING

from crawler.derive.feeds import entries_of
from crawler.derive.in_memory import derive_in_memory
from crawler.items import Exchange, Rejection
from crawler.markup.feeds.feed import read_feed
from crawler.markup.links.links import head_links, page_links
from crawler.markup.links.listing import UnreadableListing, sections, whole_links
from crawler.sites.declared import load
from crawler.sites.parsed import FeedMention
from crawler.sites.site import Site
from tests.replica.build import BUILT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from crawler.derive.posts import Derived

NEWS = load("finews")
#: What some reader may stumble over, wherever it is put.
_ODD = (
    b"\0", b"\xff", b"\xed\xa0\x80", b"\xef\xbb\xbf", b"\xc3", b"\r", b"&#xD800;", b"&#99999999999;", b"&#" + b"9" * 5000 + b";", b"&notit;",
    b"0001-01-01 00:00:00", b"9999-12-31 23:59:59", b"2022-02-30 25:61:61", b"9" * 5000, b"-1", b"http://[x", b"//h:99999/2022/03/01/x.html",
    b"<div>" * 3000, b"</div>" * 300, b"<a " + b"a=b " * 3000 + b">", b'<a href="', b"<!--", b"-->", b"<script>", b"</h1>", b"<svg>", b"<table>",
    b"{{", b"{%", b"%}", b"}}", b"\\", b'"', b"'", b": ", b" #", b"---\n", b"\n\n", b"\xe3\x80\x80\xe3\x80\x80", b"[" * 3000, b'{"a":' * 3000,
    b"<em>" * 2000, b"*", b"_" * 500, b"`", b"~~~", b"| | |\n", b"<p>" * 2000, b"&" * 500, b"<" * 500, b"<![CDATA[", b"]]>", b"<?x", b"<!DOCTYPE a [",
    b"NaN", b"1e999", b"\\ud800", b"\\u0000", b"null", b"<base href='http://[x'>", b"<time datetime='0001-01-01T00:00:00+14:00'>",
    b"<time datetime='9999-12-31T23:59:59-14:00'>", b"Fri, 31 Dec 9999 23:59:59 -2400", b"<time>" + b"1" * 90 + b"</time>", b"%", b"%00",
)  # fmt: skip

_TIMES = (
    b"0001-01-01 00:00:00", b"0001-01-01 09:00:00", b"9999-12-31 23:59:59", b"2022-02-30 25:61:61", b"0000-00-00 00:00:00", b"2016-12-31 23:59:60",
    b"0001-01-01T00:00:00+14:00", b"9999-12-31T23:59:59-14:00", b"2022-03-01T08:00:00+99:99", b"2022-03-01T08:00:00.123456789Z",
    b"Fri, 31 Dec 9999 23:59:59 -2400", b"1 Jan 0001", b"Tue, 01 Mar 99999999999 00:00:00 +0000", b"Mar 1, 10000", b"2022-W99-9",
)  # fmt: skip
#: Parts that readers take values from.
_READ = re.compile(
    rb"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d|href=\"[^\"]*|(?<=<em>)[^<]+|(?<=<h1>)[^<]+|(?<=\">)[^<]+|infoCode=\w+|: \"[^\"]*\""
)


class Blog(Site):
    """A stock site whose feed is evidence."""

    name, home, zone = "blog", "https://blog.example/", "Europe/Berlin"


_BLOG_URL = "https://blog.example/sea/2024/05/11/tide.html"
_BLOG_PAGE = b"""<!DOCTYPE html><html><head><title>Tide</title></head><body><a href="/">Blog</a><main><article>
<h1 class="post-title p-name" itemprop="name headline">Spring &amp; tide</h1><time class="dt-published" datetime="2024-05-11T09:00:00+02:00"
itemprop="datePublished">May 11, 2024</time><span itemprop="author"><span itemprop="name">Jonna</span></span>
<div class="post-content e-content" itemprop="articleBody"><p>One &ndash; <a href="../10/ebb.html">two</a>.</p>
<pre><code>{{ x }}</code></pre></div><a rel="tag" href="/tags/sea/">sea</a></article></main></body></html>
"""
_BLOG_FEED = f"""<?xml version="1.0" encoding="utf-8"?><feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://blog.example/">
<entry><title type="html">Spring &amp;amp; tide</title><link href="{_BLOG_URL}" rel="alternate" type="text/html"/><published>2024-05-11T09:00:00+02:00</published>
<updated>2024-05-11T09:00:00+02:00</updated><category term="sea"/><content type="html">&lt;p&gt;One&lt;/p&gt;</content></entry></feed>
""".encode()
_BLOG_JSON = json.dumps(
    {"version": "https://jsonfeed.org/version/1", "items": [{"url": _BLOG_URL, "title": "T", "tags": ["sea"]}]}
).encode()
_BLOG_RSS = f"""<rss version="2.0"><channel><item><title>T</title><link>{_BLOG_URL}</link><pubDate>Sat, 11 May 2024 07:00:00 +0000</pubDate>
<category>sea</category><description>One</description></item></channel></rss>""".encode()


def _news() -> Iterator[tuple[str, bytes, bytes]]:
    """Address, page and share answer of some posts of every kind."""
    site = BUILT / "site"
    answers = {
        one["id"].removeprefix("NW"): json.dumps(one["fields"], ensure_ascii=False).encode()
        for one in json.loads((BUILT / "answers.json").read_text("utf-8"))
    }
    for path in sorted(site.rglob("20*/*/*/*.html"))[::3]:
        yield f"{NEWS.home}{path.relative_to(site)}", path.read_bytes(), answers.get(path.stem.removeprefix("NW"), b"{}")


POSTS = list(_news())
LISTINGS = [(BUILT / "site" / name).read_bytes() for name in ("index.html", "category/dongliribao.html")] + [_BLOG_PAGE]
FEEDS = [(BUILT / "site" / "feed.xml").read_bytes(), _BLOG_FEED, _BLOG_JSON, _BLOG_RSS]


def broken(data: bytes, chance: random.Random) -> bytes:
    """The bytes with one to four things done to them: bits turned over, parts cut out, repeated, swapped, put in."""
    read = list(_READ.finditer(data))
    if read and chance.random() < 0.5:
        start, end = chance.choice(read).span()
        data = data[:start] + chance.choice((*_TIMES, *_ODD)) + data[end:]
    for _ in range(chance.randint(1, 4)):
        start = chance.randrange(len(data) + 1)
        end = min(len(data), start + chance.choice((1, 1, 3, 20, 400)))
        part, put = data[start:end], chance.choice(_ODD)
        turned = bytes((byte ^ 1 << chance.randrange(8)) for byte in part)
        new = chance.choice((turned, b"", part * 2, part * 40, put, part + put, part[::-1]))
        data = data[:start] + new + data[end:]
        if chance.random() < 0.1:
            data = data[: chance.randrange(len(data) + 1)]
    return data


def read_all(seed: int) -> list[Derived]:
    """Break something of everything, and read it as a crawl, a rebuild and an explanation do; nothing may raise."""
    chance = random.Random(seed)
    url, page, answer = POSTS[seed % len(POSTS)]
    pages = [(NEWS, url, broken(page, chance), answer), (NEWS, url, page, broken(answer, chance))]
    pages.append((Blog(), _BLOG_URL, broken(_BLOG_PAGE, chance), b""))
    found = []
    for site, address, body, companion in pages:
        exchange = Exchange(address, 200, body)
        parsed = site.parse_page(exchange)
        if isinstance(parsed, Rejection):
            found.append(derive_in_memory(site, exchange))
            continue
        companions = [Exchange(one, 200, companion) for one in site.companions(parsed)[:1]]
        derived = derive_in_memory(site, exchange, companions)
        assert all("cannot be read: " not in one.reason for one in derived.rejections), (seed, derived.rejections)
        assert (derived.post is None) == (derived.rejected is not None), (seed, derived.rejected)
        if derived.post is not None:
            derived.content.encode()
            site.article(derived.content)
        site.findings(parsed, next(iter(companions), None))
        site.post_links(exchange)
        site.listings_behind(parsed)
        site.companion_page(parsed)
        found.append(derived)
    listing = broken(chance.choice(LISTINGS), chance)
    page_links(listing, NEWS.home)
    head_links(listing, NEWS.home)
    sections(listing, NEWS.home)
    feed = broken(chance.choice(FEEDS), chance)
    for read in (lambda: whole_links(listing, NEWS.home), lambda: read_feed(feed, Blog.home)):
        try:
            read()
        except UnreadableListing:
            continue
    for address, entry in entries_of(Blog(), Exchange(f"{Blog.home}feed.xml", 200, feed)).items():
        if address == _BLOG_URL:
            blog = Blog()
            parsed = blog.parse_page(Exchange(_BLOG_URL, 200, _BLOG_PAGE))
            assert not isinstance(parsed, Rejection)
            blog.build_post(parsed, None, FeedMention(entry, None)).content.encode()
    return found


if __name__ == "__main__":
    end, first, number = time.monotonic() + float(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 0, 0
    while time.monotonic() < end:
        try:
            read_all(first + number)
        except Exception as error:  # noqa: BLE001 - each is told, and the next round begins
            import traceback

            where = traceback.extract_tb(error.__traceback__)[-1]
            print(first + number, type(error).__name__, str(error)[:100], f"{where.filename[-40:]}:{where.lineno}", flush=True)
        number += 1
    print(f"{number} rounds from {first} on")
