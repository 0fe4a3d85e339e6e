"""For the commands that only look: the archive answers first, and nothing is written."""

from __future__ import annotations

from scrapy.settings import BaseSettings

_LOOKING = {"CAPTURE_ENABLED": False, "ARCHIVE_FIRST": True, "AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_DELAY": 0}
_PROJECT = 20


def only_look(settings: BaseSettings) -> None:
    """Change the project's settings for looking; what was given with ``-s`` stays."""
    for name, value in _LOOKING.items():
        if (settings.getpriority(name) or 0) <= _PROJECT:
            settings.set(name, value, priority="project")
