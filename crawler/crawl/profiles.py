"""Named sets of settings (``PROFILE``): what a crawl asks of a server, and of this machine."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from crawler.errors import CannotRun

if TYPE_CHECKING:
    from scrapy.settings import BaseSettings

_REQWEST = "crawler.crawl.download.reqwest_handler.ReqwestHandler"
#: ``polite`` is what ``crawler/settings.py`` says.
PROFILES: dict[str, dict[str, Any]] = {
    "polite": {},
    "fast": {
        "DOWNLOAD_DELAY": 0,
        "AUTOTHROTTLE_ENABLED": False,
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
        "DOWNLOAD_HANDLERS": {"http": _REQWEST, "https": _REQWEST},
    },
}
#: Scrapy's name for the priority above settings modules and below ``-s``.
_PRIORITY = "spider"


def take_profile(settings: BaseSettings) -> None:
    """Set what the profile says, but for what ``-s`` sets.

    :raises CannotRun: if there is no such profile.
    """
    name = settings.get("PROFILE")
    if name not in PROFILES:
        raise CannotRun(f"PROFILE={name!r} has no meaning; it takes {' or '.join(PROFILES)}")
    for setting, value in PROFILES[name].items():
        whole = settings.getdict(setting) | value if isinstance(value, dict) else value
        settings.set(setting, whole, priority=_PRIORITY)
