"""``scrapy settings``: Scrapy's own command, with errors in one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scrapy.commands import settings
from scrapy.exceptions import UsageError

from crawler.commands.base import CommandMixin

if TYPE_CHECKING:
    from argparse import Namespace

_KINDS = {"getbool": "0 or 1", "getint": "a whole number", "getfloat": "a number", "getlist": "a list"}


class Command(CommandMixin, settings.Command):
    """Scrapy's own command."""

    def work(self, args: list[str], opts: Namespace) -> None:
        """Print a setting.

        :raises UsageError: if none is named, or its value cannot be read as it is asked for.
        """
        asked = next((name for name in ("get", *_KINDS) if getattr(opts, name)), "")
        if args or not asked:
            raise UsageError(f"say which setting: --get {args[0] if args else 'BOT_NAME'}")
        try:
            super().work(args, opts)
        except (ValueError, TypeError):
            assert self.settings is not None
            name = getattr(opts, asked)
            raise UsageError(
                f"{name}={self.settings[name]!r} is not {_KINDS[asked]}; --get {name} prints it as it is"
            ) from None
