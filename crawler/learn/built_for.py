"""The address for which pages were built, where that is another than they are served from: ``jekyll serve`` writes its own."""

from __future__ import annotations

import re
from collections import Counter
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.markup.address import normal, split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.learn.page import Page

_WWW, _INDEX = re.compile(r"^www\."), re.compile(r"(?:index)?(?:\.html)?/?$")
#: So few pages tell nothing.
_FEWEST = 3


def built_for(home: str, pages: Iterable[Page]) -> str:
    """Scheme and host that most heads of pages name as their own, each with the page's own path; empty if they are the home's.

    A site that was built by ``jekyll serve`` names ``http://localhost:4000``, and one that has moved may name its old host.
    """
    own = split(normal(home) or "")
    votes: Counter[str] = Counter()
    for page in pages:
        named = split(normal(page.named) or "")
        if named.netloc and _INDEX.sub("", unquote(named.path)) == _INDEX.sub("", f"{unquote(own.path)}{page.path}"):
            votes["" if _host(named.netloc) == _host(own.netloc) else f"{named.scheme}://{named.netloc}"] += 1
    best, count = votes.most_common(1)[0] if votes else ("", 0)
    return best if count >= _FEWEST and count * 2 > votes.total() else ""


def _host(netloc: str) -> str:
    return _WWW.sub("", netloc)
