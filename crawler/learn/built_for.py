"""The address for which pages were built, where that is another than they are served from: ``jekyll serve`` writes its own."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.markup.links.address import normal, split
from crawler.markup.links.same_place import without_www
from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.learn.page import Page

#: So few pages tell nothing.
_FEWEST = 3


def built_for(home: str, pages: Iterable[Page]) -> tuple[str, int]:
    """Scheme and host that most heads of pages name as their own, each with the page's own path; empty if they are the home's.

    The second value is the number of pages that name them.

    A site that was built by ``jekyll serve`` names ``http://localhost:4000``, and one that has moved may name its old host.
    """
    own = split(normal(home) or "")
    votes: Counter[str] = Counter()
    for page in pages:
        named = split(normal(page.named) or "")
        if named.netloc and ENDING.sub("", unquote(named.path)) == ENDING.sub("", f"{unquote(own.path)}{page.path}"):
            votes["" if without_www(named.netloc) == without_www(own.netloc) else f"{named.scheme}://{named.netloc}"] += 1
    best, count = votes.most_common(1)[0] if votes else ("", 0)
    return (best, count) if best and count >= _FEWEST and count * 2 > votes.total() else ("", 0)
