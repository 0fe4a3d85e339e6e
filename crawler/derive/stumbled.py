"""A reader of pages that raises costs the one page: a rejection names it, and all others are read."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.items import Rejection

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.items import Exchange
    from crawler.sites.parsed import ParsedPage


def stumbled(url: str, error: Exception) -> Rejection:
    """The rejection of a page over which its reader stumbled, with the place in the reader."""
    text = (str(error).splitlines() or [""])[0][:200]
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}, line {frame.lineno}"
    return Rejection(url, "layout", f"cannot be read: {type(error).__name__}: {text} ({place})")


def parsed_page(parse_page: Callable[[Exchange], ParsedPage | Rejection], page: Exchange) -> ParsedPage | Rejection:
    """What a site's ``parse_page`` makes of a page, whatever is in it."""
    try:
        return parse_page(page)
    except Exception as error:  # noqa: BLE001 - no page of a stranger may stop the others
        return stumbled(page.url, error)
