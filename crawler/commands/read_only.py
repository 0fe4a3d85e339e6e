"""For Scrapy's commands that only look at pages: the archive answers first, and nothing is written."""

from __future__ import annotations

from argparse import Namespace

from crawler.commands.guard import Guarded

_LOOKING = {"CAPTURE_ENABLED": False, "ARCHIVE_FIRST": True, "AUTOTHROTTLE_ENABLED": False, "DOWNLOAD_DELAY": 0}
_PROJECT = 20


class ReadOnlyMixin(Guarded):
    """Goes before one of Scrapy's commands; what is given with ``-s`` stays as it is given."""

    def process_options(self, args: list[str], opts: Namespace) -> None:
        """Scrapy's options, then the settings for looking."""
        super().process_options(args, opts)
        assert self.settings is not None
        for name, value in _LOOKING.items():
            if (self.settings.getpriority(name) or 0) <= _PROJECT:
                self.settings.set(name, value, priority="project")
