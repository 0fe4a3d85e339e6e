"""The addresses of one post: which of them counts at a visit, where the site shows it at several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.items import Post, Rejection
from crawler.markup.same_text import same_text
from crawler.markup.source.body import without_front_matter

if TYPE_CHECKING:
    from collections.abc import Iterable

    from crawler.archive.catalog.schema import CaptureRow
    from crawler.derive.visits import Visit

_GONE = (404, 410)


class Addresses:
    """Follows the visits to one post in the order of time.

    A post whose address changes goes on under the new one. An address that is visited again after another one took its place,
    which the site has not taken down, shows that both are alive: such visits tell of no change.
    """

    def __init__(self, rows: Iterable[CaptureRow]) -> None:
        #: When the site first said of an address that it has no such page.
        self._gone: dict[str, str] = {}
        for row in rows:
            if row.status in _GONE:
                self._gone.setdefault(row.url, row.time)
        self._current = ""
        self._older: set[str] = set()

    def is_second(self, visit: Visit) -> bool:
        """Whether a visit was to a second address of a post that lives at another one."""
        url, current = visit.page.url, self._current
        return bool(current) and url != current and url in self._older and not self._is_gone(current, visit.time)

    def move(self, visit: Visit) -> None:
        """Note that the post lives where a visit found it."""
        if self._current and self._current != visit.page.url:
            self._older.add(self._current)
        self._current = visit.page.url

    def _is_gone(self, url: str, time: str) -> bool:
        """Whether the site had no page at ``url`` any more, as far as was known at a time."""
        return url in self._gone and self._gone[url] <= time

    def collision(self, post: Post, known: Post | None, visit: Visit) -> Rejection | None:
        """A rejection for a page whose ID is that of another post, at another address; ``None`` if it is the same post."""
        if known is None or visit.page.url == self._current or self._is_gone(self._current, visit.time):
            return None
        if known.title == post.title:
            return None
        if same_text(without_front_matter(known.content), without_front_matter(post.content)):
            return None
        return Rejection(post.url, "collision", f"has the ID of another post, {post.id}, which is at {self._current}")
