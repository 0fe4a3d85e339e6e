"""Spellings of one page's address: what a server of static files, and the caches before it, answer alike."""

from __future__ import annotations

import re

from crawler.sites.parsed import Kind

#: The file that is served for a folder.
INDEX = re.compile(r"/index(?:\.html)?$")
_SLASHES = re.compile(r"/{2,}")
#: What servers add to the path of a page, or leave out.
ENDING = re.compile(r"(?:/index)?(?:\.html|/)?$")
#: Names in queries that get around caches, or count readers; on a home page, others may be an older site's pages.
_NO_PAGE = re.compile(
    r"(?:\d+|(?:v|ver|version|t|ts|time|_|cb|rev|ref|from|source|utm_\w+|\w*clid)(?:=[^&]*)?(?:&|$))+", re.ASCII
)


def ignores_query(kind: Kind, query: str, *, is_home: bool) -> bool:
    """Whether a page of this kind is the same with a query and without: Jekyll's pages are files.

    >>> ignores_query(Kind.POST, "p=2", is_home=False), ignores_query(Kind.LISTING, "p=2", is_home=True)
    (True, False)
    """
    return kind in (Kind.POST, Kind.LISTING, Kind.FEED) and (not is_home or _NO_PAGE.fullmatch(query) is not None)


def plain(path: str) -> str:
    """A path without slashes in a row, and without the name of the file that is served for a folder.

    >>> plain("/a//b/index.html")
    '/a/b/'
    """
    return INDEX.sub("/", _SLASHES.sub("/", path))


def spellings(path: str) -> tuple[str, str, str]:
    """The paths at which the same page may be: without an ending, as a file, as a folder.

    >>> spellings("/a/b/")
    ('/a/b', '/a/b.html', '/a/b/')
    """
    bare = ENDING.sub("", path)
    return bare, f"{bare}.html", f"{bare}/"


def longest_run(text: str) -> str:
    """The longest run of digits, or of ASCII letters; the first of several.

    >>> longest_run("2024-05-11-market-day"), longest_run("NW202203012292084539"), longest_run("市场")
    ('market', '202203012292084539', '')
    """
    return max(re.findall(r"[0-9]+|[A-Za-z]+", text), key=len, default="")
