"""A cache of parsed post pages."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.archive.newest import Newest
from crawler.derive.stumbled import parsed_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.items import Exchange, Rejection
    from crawler.sites.parsed import ParsedPage

#: A crawl processes fewer pages than this at the same time; of large ones, so many bytes are kept.
_KEPT, _KEPT_BYTES = 128, 1 << 23


class ParsedPages:
    """Parses each captured page once: a spider needs it to request companions, and then ``derive`` to make the post."""

    def __init__(self, parse_page: Callable[[Exchange], ParsedPage | Rejection]) -> None:
        self._parse_page = parse_page
        self._kept = Newest[tuple[str, int], "ParsedPage | Rejection"](_KEPT, _KEPT_BYTES)

    def of(self, page: Exchange) -> ParsedPage | Rejection:
        """What the site's ``parse_page`` makes of a page."""
        if page.capture is None:
            return parsed_page(self._parse_page, page)
        place = (page.capture.file, page.capture.offset)
        found = self._kept.get(place)
        if found is None:
            found = parsed_page(self._parse_page, page)
            self._kept.keep(place, found, len(page.body))
        return found
