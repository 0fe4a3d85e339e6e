"""What a run was called with, as its report keeps it: never a secret."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from crawler.archive.settings import Settings

#: Scrapy's priority of what stands on the command line.
_CMDLINE = 40
#: Parts of a name that promise a secret: ALERT_COMMAND and ALERT_WEBHOOK have them in their words, proxies in their address.
_SECRET_NAME = re.compile(
    r"pass|pwd|secret|token|key|auth|cred|cookie|session|webhook|alert|proxy|dsn|signature|(^|_)(user|login|mail)(?!_agent)",
    re.IGNORECASE,
)
#: And of a value: a password in an address, a named secret, what HTTP asks for.
_SECRET_VALUE = re.compile(r"//[^/\s]*@|(pass\w*|pwd|secret|token|key|auth\w*|sig\w*)[\"']?\s*[=:]|\bbearer\b", re.IGNORECASE)
#: A value that is longer tells nobody anything at a glance.
_LONGEST = 1000


def told(name: str, value: object) -> str | None:
    """A value as a report may hold it; ``None`` for one that may be a secret.

    >>> told("LOG_LEVEL", "INFO"), told("FTP_PASSWORD", "x"), told("FEED_URI", "ftp://me:word@host/x")
    ('INFO', None, None)
    """
    text = str(value)[:_LONGEST]
    return None if _SECRET_NAME.search(name) or _SECRET_VALUE.search(text) else text


def settings_given(settings: Settings) -> dict[str, str | None]:
    """The settings that were given on the command line, by name; ``None`` in place of what may be a secret."""
    given = settings.copy_to_dict()  # what Scrapy keeps nested in objects of its own is a plain dict there
    names = sorted(name for name in given if settings.getpriority(name) == _CMDLINE)
    return {name: told(name, given[name]) for name in names}


def arguments_given(arguments: Mapping[str, object]) -> dict[str, str | None]:
    """The arguments of a spider (``-a``), by name; ``None`` in place of what may be a secret."""
    return {name: told(name, value) for name, value in arguments.items()}
