"""Where the pages of tags and categories of an exported site are: at their old addresses, wherever a file can be named so."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

if TYPE_CHECKING:
    from crawler.sites.site import Site

#: What no file is named on some system, or Jekyll makes something else of: separators, controls, dots in front or in a row.
_UNFIT = re.compile(r'[/\\<>:"|?*\x00-\x1f\x7f\x80-\x9f\u2028\u2029]+|^\.+|\.\.+|[. ]+$|^ +')
#: A name that Hugo takes for a taxonomy's term as it is, and as no other.
_TERM = re.compile(r"[a-z0-9\u4e00-\u9fff]{1,60}")
#: Bytes of a name that every file system takes, with the ending.
_LONGEST = 200


def file_name(name: str) -> str:
    """The name of a page's file, without its ending; one that had to be changed bears a digest, so that no two are the same.

    >>> file_name("Career In touxingPEVC"), file_name("anxin(xianggang)"), file_name("a/b"), file_name(".x")
    ('Career In touxingPEVC', 'anxin(xianggang)', 'a-b~c14cddc0', '-x~bb42e4c6')
    """
    fit = _UNFIT.sub("-", name).encode()[:_LONGEST].decode("utf-8", "ignore")
    return fit if fit == name else f"{fit}~{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def address(folder: str, name: str) -> str:
    """Of the page of a tag or category, percent-encoded.

    >>> address("category", "anxin (xianggang)")
    '/category/anxin%20%28xianggang%29.html'
    """
    return f"/{folder}/{quote(file_name(name), safe='')}.html"


def term(name: str) -> str:
    """What Hugo is to call a tag or category: it takes names that differ in case or signs alone for one.

    >>> term("emnews"), term("TechWeb"), term("Techweb")
    ('emnews', 'techweb-06ac56a6', 'techweb-93bf072e')
    """
    if _TERM.fullmatch(name) and name != "index":
        return name
    words = "-".join(re.findall(r"[a-z0-9\u4e00-\u9fff]+", name.lower()))[:60]
    return f"{words or 'x'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def category_names(site: Site, categories: list[str]) -> list[str]:
    """The categories of a post that have a page each: all of them are one on a site that joins them."""
    if site.jekyll.joins_categories and categories:
        return [" ".join(categories)]
    return list(dict.fromkeys(categories))


def root(site: Site) -> tuple[str, str]:
    """The address of the site's host, and the path below which the site is; empty if it is the host's only one."""
    home = urlsplit(site.home)
    return f"{home.scheme}://{home.netloc}", home.path.rstrip("/")


def own_starts(site: Site) -> list[str]:
    """How links to the site's own hosts begin."""
    return [f"{scheme}//{host}/" for host in site.listed_hosts for scheme in ("", "https:", "http:")]
