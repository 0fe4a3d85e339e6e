"""What costs one page alone: a reader that raises, a name that the disk does not take. A rejection names it."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import TYPE_CHECKING

from crawler.errors import CannotRun
from crawler.items import NOT_INSTALLED, Rejection

if TYPE_CHECKING:
    from collections.abc import Callable

    from crawler.archive.files import UnfitName
    from crawler.items import Exchange
    from crawler.sites.parsed import ParsedPage


def stumbled(url: str, error: Exception) -> Rejection:
    """The rejection of a page over which its reader stumbled, with the place in the reader, or what the reader lacks here."""
    text = (str(error).splitlines() or [""])[0][:200]
    if isinstance(error, CannotRun):
        return Rejection(url, NOT_INSTALLED, text)
    frame = traceback.extract_tb(error.__traceback__)[-1]
    place = f"{Path(frame.filename).name}, line {frame.lineno}"
    return Rejection(url, "layout", f"cannot be read: {type(error).__name__}: {text} ({place})")


def unfit(url: str, error: UnfitName) -> Rejection:
    """The rejection of a post whose file name the disk does not take."""
    return Rejection(url, "invalid", f"{error.filename!r} cannot be written: {error.strerror}")


def parsed_page(parse_page: Callable[[Exchange], ParsedPage | Rejection], page: Exchange) -> ParsedPage | Rejection:
    """What a site's ``parse_page`` makes of a page, whatever is in it."""
    try:
        return parse_page(page)
    except Exception as error:  # noqa: BLE001 - no page of a stranger may stop the others
        return stumbled(page.url, error)
