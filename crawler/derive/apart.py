"""Pages taken apart, the last of them kept."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.items import Exchange

#: More than a crawl has under way between a page and its post.
_KEPT = 128


class TakenApart:
    """A crawl looks into a page, to ask for what its post needs, before the post is derived of it: once is enough."""

    def __init__(self, take_apart: Callable[[Exchange], Any]) -> None:
        self._take_apart = take_apart
        self._kept: OrderedDict[tuple[str, int], Any] = OrderedDict()

    def of(self, page: Exchange) -> Any:
        """What the site's ``take_apart`` makes of a page."""
        if page.capture is None:
            return self._take_apart(page)
        place = (page.capture.file, page.capture.offset)
        if place not in self._kept:
            self._kept[place] = self._take_apart(page)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[place]
