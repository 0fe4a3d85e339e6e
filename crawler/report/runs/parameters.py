"""The parameters of a run, as its report has them: settings and arguments of the command line, without secrets."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.archive.settings import Settings

#: The priority that Scrapy gives to settings of the command line.
_CMDLINE = 40
#: Parts of names whose value may be a secret, or have one in it: a command, a web address, a proxy's address.
_SECRET_NAME = re.compile(
    r"pass|pwd|secret|token|key|auth|cred|cookie|session|webhook|alert|proxy|dsn|signature|(^|_)(user|login|mail)(?!_agent)",
    re.IGNORECASE,
)
#: Parts of values that are a secret: a password in an address, a named secret, an HTTP authorization.
_SECRET_VALUE = re.compile(r"//[^/\s]*@|(pass\w*|pwd|secret|token|key|auth\w*|sig\w*)[\"']?\s*[=:]|\bbearer\b", re.IGNORECASE)
#: Longer values are cut.
_LONGEST = 1000


def without_secret(name: str, value: object) -> str | None:
    """A value as a report may have it; ``None`` if it may be a secret.

    >>> without_secret("LOG_LEVEL", "INFO"), without_secret("FTP_PASSWORD", "x"), without_secret("FEED_URI", "ftp://me:word@host/x")
    ('INFO', None, None)
    """
    text = str(value)[:_LONGEST]
    return None if _SECRET_NAME.search(name) or _SECRET_VALUE.search(text) else text


def command_line_settings(settings: Settings) -> dict[str, str | None]:
    """The settings of the command line (``-s``), by name; ``None`` for a value that may be a secret."""
    values = settings.copy_to_dict()  # nested settings are plain dictionaries in it
    names = sorted(name for name in values if settings.getpriority(name) == _CMDLINE)
    return {name: without_secret(name, values[name]) for name in names}


def spider_arguments(arguments: Mapping[str, object]) -> dict[str, str | None]:
    """The arguments of a spider (``-a``), by name; ``None`` for a value that may be a secret."""
    return {name: without_secret(name, value) for name, value in arguments.items()}
