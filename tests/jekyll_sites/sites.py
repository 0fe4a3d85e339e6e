"""The six sites: what each of them is for, how it is built, and what its posts really were."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from tests.jekyll_sites.dumped import Post, build_and_dump
from tests.jekyll_sites.server import BuiltServer
from tests.minima.build import SITE as MINIMA

_HERE = Path(__file__).parent
_CODE = re.compile(r"(<pre.*?</pre>)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Site:
    """One site. Its folder holds what its author would have lost."""

    name: str
    home: str
    sources: Path
    #: Where its feed is, if it has one; whether the feed has the whole content.
    feed: str | None = "feed.xml"
    whole_feed: bool = True
    #: Its layout takes the white space out of every page.
    compressed: bool = False

    def address(self, post: Post) -> str:
        """The address of a post as the site's own links give it."""
        return self.home.rstrip("/") + post.url

    def shown(self, post: Post) -> str:
        """The post's content as it stands in its page, without white space at its ends."""
        content = post.content.strip()
        if not self.compressed:
            return content
        return "".join(part if part.startswith("<pre") else _flat(part) for part in _CODE.split(content)).strip()


def _flat(text: str) -> str:
    return re.sub(r"[ \t\n\v\f\r]+", " ", text).replace("> <", "><")  # no-break spaces stay


SITES = (
    # A stock minima blog: categories of two words, an own permalink, posts of HTML, a draft, a post of the future.
    Site("shore", "https://blog.example/", MINIMA),
    # Chinese titles, slugs, punctuation and ids of headings; dates in words; a feed of RSS by hand.
    Site("teahouse", "https://teahouse.example/", _HERE / "teahouse", feed="rss.xml"),
    # Code: line numbers in tables, highlight tags, tildes, indented; a sitemap, JSON-LD, categories that show.
    Site("workbench", "https://workbench.example/", _HERE / "workbench"),
    # Liquid, includes, post_url, dated collections and pages beside posts, redirect stubs, a feed of excerpts.
    Site("harbour", "https://harbour.example/", _HERE / "harbour", whole_feed=False),
    # A base path, pages of five posts, two layouts, kramdown as it is without GFM, quotes left straight.
    Site("allotment", "https://allotment.example/notes/", _HERE / "allotment"),
    # Pages on one line, no feed, hard line breaks, no ids.
    Site("pressed", "https://pressed.example/", _HERE / "pressed", feed=None, compressed=True),
)


def build(site: Site, folder: Path) -> list[Post]:
    """Build a site into ``folder``; gives its posts.

    :raises JekyllMissing: with what to install.
    """
    return build_and_dump(site.sources, folder)


def serve(site: Site, folder: Path) -> BuiltServer:
    """A server for the built site: ``with serve(site, folder) as server: … server.origins …``."""
    return BuiltServer(folder, site.home)
