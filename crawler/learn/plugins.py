"""The plugins of Jekyll that a site had, as far as what it published shows signs of them."""

from __future__ import annotations

import re

#: What each leaves in the pages, feeds and sitemaps that it makes.
_SIGNS = {
    "jekyll-feed": re.compile(rb'<generator uri="https://jekyllrb\.com/"'),
    "jekyll-redirect-from": re.compile(rb"<title>Redirecting(?:&hellip;|\xe2\x80\xa6)</title>"),
    "jekyll-seo-tag": re.compile(rb"<!-- Begin Jekyll SEO tag"),
    "jekyll-sitemap": re.compile(rb"<urlset [^>]*xsi:schemaLocation="),
}
_PAGER = re.compile(r"(?:.*/)?page/?\d+/?")


def plugins_of(path: str, beginning: bytes) -> set[str]:
    """The plugins that an answer shows signs of.

    :param path: its path below the home page.
    :param beginning: its first bytes, its head included.

    >>> plugins_of("page2/", b"<html><head><!-- Begin Jekyll SEO tag v2.8.0 -->") == {"jekyll-seo-tag", "jekyll-paginate"}
    True
    """
    found = {name for name, sign in _SIGNS.items() if sign.search(beginning)}
    return found | ({"jekyll-paginate"} if _PAGER.fullmatch(path) else set())
