"""Who asks: a contact that a person set goes into the user agent, whichever command asks a site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler import __version__

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings


def name_contact(settings: BaseSettings) -> None:
    """Put a contact that was set for this run, or in a user's own settings, into the user agent."""
    from crawler.settings import USER_AGENT

    contact = settings["CONTACT"]
    for_this_run = (settings.getpriority("CONTACT") or 0) > (settings.getpriority("USER_AGENT") or 0)
    if contact and (for_this_run or settings["USER_AGENT"] == USER_AGENT):
        settings.set("USER_AGENT", f"Backfile/{__version__} (+{contact})", priority="project")
