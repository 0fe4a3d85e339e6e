"""Why a site gives no post: no page is known to be one, or nothing tells where contents stand in those that are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from crawler.learn.learned import Learned

#: The evidence for the rule of addresses of a site without posts.
NONE = "no page was found to be a post's"
_NO_CONTENT = (
    "pages of posts were found, but not where the content stands in them: they are too few, or too much alike; what stands"
    " before and behind it may be written into site.toml, as start and end of [[layouts]]"
)


def no_posts(learned: Learned) -> str:
    """A line on a site of which no layout is known."""
    return NONE if learned.evidence.get("permalink", NONE) == NONE else _NO_CONTENT
