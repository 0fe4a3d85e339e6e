"""The plugins of Jekyll that a site had, as far as what it published shows signs of them."""

from __future__ import annotations

import re

#: What each leaves in the pages, feeds and sitemaps that it makes.
_SIGNS = {
    "jekyll-feed": re.compile(rb'<generator uri="https://jekyllrb\.com/"'),
    "jekyll-redirect-from": re.compile(rb"<title>Redirecting(?:&hellip;|\xe2\x80\xa6)</title>"),
    "jekyll-sitemap": re.compile(rb"<urlset [^>]*xsi:schemaLocation="),
}
#: Layouts may have styles of many kilobytes before it.
_SEO_TAG = b"<!-- Begin Jekyll SEO tag"
_BEGINNING, _HEAD = 2_000, 100_000
_PAGER = re.compile(r"(?:.*/)?page/?\d+/?")


def plugins_of(path: str, body: bytes) -> set[str]:
    """The plugins that an answer shows signs of, in its first bytes, or in its head.

    :param path: its path below the home page.

    >>> plugins_of("page2/", b"<html><head><!-- Begin Jekyll SEO tag v2.8.0 -->") == {"jekyll-seo-tag", "jekyll-paginate"}
    True
    >>> plugins_of("", b"<html><head><style>" + b"a{}" * 9_000 + b"</style><!-- Begin Jekyll SEO tag v2.8.0 -->")
    {'jekyll-seo-tag'}
    """
    found = {name for name, sign in _SIGNS.items() if sign.search(body, 0, _BEGINNING)}
    if body.find(_SEO_TAG, 0, _HEAD) >= 0:
        found.add("jekyll-seo-tag")
    return found | ({"jekyll-paginate"} if _PAGER.fullmatch(path) else set())
