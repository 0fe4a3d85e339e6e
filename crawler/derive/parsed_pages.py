"""A cache of parsed post pages."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from crawler.derive.stumbled import parsed_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.items import Exchange, Rejection
    from crawler.sites.parsed import ParsedPage

#: A crawl processes fewer pages than this at the same time.
_KEPT = 128


class ParsedPages:
    """Parses each captured page once: a spider needs it to request companions, and then ``derive`` to make the post."""

    def __init__(self, parse_page: Callable[[Exchange], ParsedPage | Rejection]) -> None:
        self._parse_page = parse_page
        self._kept: OrderedDict[tuple[str, int], ParsedPage | Rejection] = OrderedDict()

    def of(self, page: Exchange) -> ParsedPage | Rejection:
        """What the site's ``parse_page`` makes of a page."""
        if page.capture is None:
            return parsed_page(self._parse_page, page)
        place = (page.capture.file, page.capture.offset)
        if place not in self._kept:
            self._kept[place] = parsed_page(self._parse_page, page)
            if len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        return self._kept[place]
