"""The addresses of the pages of tags and categories of an exported site: the old ones, wherever a file can have that name."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING
from urllib.parse import quote

from crawler.markup.links.address import split

if TYPE_CHECKING:
    from crawler.sites.site import Site

#: Parts of names that some file system does not take, or Jekyll changes: separators, controls, dots in front or in a row,
#: and the names of devices.
_UNFIT = re.compile(
    r'[/\\<>:"|?*\x00-\x1f\x7f\x80-\x9f\u2028\u2029]+|^\.+|\.\.+|[. ]+$|^ +'
    r"|^(?i:con|prn|aux|nul|com[1-9]|lpt[1-9])(?=\.|$)"
)
#: A name that Hugo takes for a term of a taxonomy unchanged, and for no other term.
_TERM = re.compile(r"[a-z0-9\u4e00-\u9fff]{1,60}")
#: The most bytes of a name; every file system takes so many with the ending.
_LONGEST = 200


def file_name(name: str) -> str:
    """The name of a page's file without its ending. A name that had to be changed gets a digest, so that no two are the same.

    >>> file_name("Career In touxingPEVC"), file_name("anxin(xianggang)"), file_name("a/b"), file_name(".x")
    ('Career In touxingPEVC', 'anxin(xianggang)', 'a-b~c14cddc0', '-x~bb42e4c6')
    """
    fit = _UNFIT.sub("-", name).encode()[:_LONGEST].decode("utf-8", "ignore")
    return fit if fit == name else f"{fit}~{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def address(folder: str, name: str) -> str:
    """The address of the page of a tag or category, percent-encoded.

    >>> address("category", "anxin (xianggang)")
    '/category/anxin%20%28xianggang%29.html'
    """
    return f"/{folder}/{quote(file_name(name), safe='')}.html"


def term(name: str) -> str:
    """The term that stands for a tag or category in Hugo, which takes names that differ only in case or punctuation for one.

    >>> term("emnews"), term("TechWeb"), term("Techweb")
    ('emnews', 'techweb-06ac56a6', 'techweb-93bf072e')
    """
    if _TERM.fullmatch(name) and name != "index":
        return name
    words = "-".join(re.findall(r"[a-z0-9\u4e00-\u9fff]+", name.lower()))[:60]
    return f"{words or 'x'}-{hashlib.sha256(name.encode()).hexdigest()[:8]}"


def category_names(categories: list[str], *, joined: bool) -> list[str]:
    """The categories of a post that have a page each.

    :param joined: whether the site takes all categories of a post, joined by blanks, for one.
    """
    if joined and categories:
        return [" ".join(categories)]
    return list(dict.fromkeys(categories))


def root(site: Site) -> tuple[str, str]:
    """The address of the site's host, and the path of the site on it, which is empty for a site at the top."""
    home = split(site.home)
    return f"{home.scheme}://{home.netloc}", home.path.rstrip("/")


def own_starts(site: Site) -> list[str]:
    """What the addresses of links to the site's own hosts begin with."""
    return [f"{scheme}//{host}/" for host in site.listed_hosts for scheme in ("", "https:", "http:")]
