"""Posts that moved: where permalinks were changed, each is at its new address, and an archive has it at its old one, too."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from crawler.sites.addresses.spellings import ENDING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.learn.finding.posts import Posts
    from crawler.learn.page import Page
    from crawler.learn.pages import Captured


def without_moved(posts: Posts, captured: Captured, moved: Mapping[str, str]) -> Posts:
    """The posts without those old addresses at which the host says that the same post is elsewhere by now.

    One that leads to another post keeps its own text: its owner may have put two into one.

    :param moved: the addresses to which captured pages were redirected after they were captured, by their own.
    """
    spelt = {ENDING.sub("", path): path for path in posts.days}
    targets = {captured.relative(url): captured.relative(target) for url, target in moved.items()}
    left: dict[str, str] = {}
    for path, day in posts.days.items():
        target = _end(path, targets)
        now = spelt.get(ENDING.sub("", target)) if target is not None else None
        if now is None or now == path or not _is_same(captured.pages[path], captured.pages[now]):
            left[path] = day
    return replace(posts, days=left, entries={path: posts.entries[path] for path in left})


def _end(path: str, targets: Mapping[str | None, str | None]) -> str | None:
    """Where the redirects from a path lead at last; ``None`` if there are none, or they lead round."""
    seen = {path}
    target = targets.get(path)
    while target is not None and target in targets:
        if target in seen:
            return None
        seen.add(target)
        target = targets[target]
    return target


def _is_same(one: Page, other: Page) -> bool:
    """Whether two pages are those of one post, by their slugs or titles."""
    slugs = (ENDING.sub("", page.path).rpartition("/")[2] for page in (one, other))
    return len(set(slugs)) == 1 or (one.title != "" and one.title == other.title)
