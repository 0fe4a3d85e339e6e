"""What a site says of itself in the head of each page that has nothing of its own to say there, as ``jekyll-seo-tag`` does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.counted import counted

if TYPE_CHECKING:
    from collections.abc import Collection

    from crawler.learn.page import Page
    from crawler.learn.pages import Captured

#: The names of ``<meta>`` elements by the keys of front matter that they show.
_NAMES = {
    "author": ("author", "article:author"),
    "description": ("description", "og:description"),
    "image": ("og:image", "twitter:image"),
}


def site_wide(captured: Captured, posts: Collection[str], evidence: dict[str, str]) -> dict[str, str]:
    """What the head of the home page says as the heads of posts do, by the keys of front matter; that is no post's own.

    :param posts: the paths of posts; a home page that is one tells nothing.
    """
    home = captured.pages.get("")
    if home is None or "" in posts:
        return {}
    found = {}
    for key, names in _NAMES.items():
        value = next(filter(None, (_said(home, name) for name in names)), "")
        alike = [path for path in posts if value and any(_said(captured.pages[path], name) == value for name in names)]
        if alike:
            found[key] = value
            evidence[f"site_wide.{key}"] = f"the home page says so, and so do {counted(len(alike), 'post')}"
    return found


def _said(page: Page, name: str) -> str:
    return " ".join(page.meta.get(name, "").split())
