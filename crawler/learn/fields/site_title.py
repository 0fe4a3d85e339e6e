"""What a site calls itself: in its feeds, on its home page, and beside the titles of its posts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.learn.fields.titles import BETWEEN, affixes_of, even
from crawler.markup.titles.typed import as_typed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from crawler.learn.pages import Captured

#: No name of a site is longer, in characters.
_LONGEST = 200


def site_title(captured: Captured, posts: Collection[str], feeds: Sequence[str], evidence: dict[str, str]) -> str:
    """The title that most of the places say that have one, the first of them if all disagree; empty if there is none."""
    told: dict[str, list[tuple[str, str]]] = {}
    for title, place in _told(captured, posts, feeds):
        if 0 < len(title) <= _LONGEST:
            told.setdefault(even(title), []).append((title, place))
    if not told:
        return ""
    alike = max(told.values(), key=len)
    evidence["site_title"] = f"told by {', '.join(place for _, place in alike)}"
    home = captured.pages.get("")
    return as_typed(alike[0][0], home.body) if home else alike[0][0]


def _told(captured: Captured, posts: Collection[str], feeds: Sequence[str]) -> Iterator[tuple[str, str]]:
    """What each place says, and what it is called."""
    for path in feeds:
        yield captured.titles.get(path, ""), f"the feed {path}"
    home = captured.pages.get("")
    if home is not None:
        yield " ".join(home.meta.get("og:site_name", "").split()), "the home page (og:site_name)"
    before, behind = affixes_of([captured.pages[path] for path in posts])
    for affix in (behind, before):
        yield affix.strip(BETWEEN), "the titles of posts"
