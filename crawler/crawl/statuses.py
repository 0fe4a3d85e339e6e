"""What a status that is no success tells a person."""

from __future__ import annotations

#: RFC 9110, 15.3.4: a proxy on the way has changed what the site sent, so that it proves nothing of the site.
_CHANGED = 203
_WHY = ": a proxy on the way changed what the site sent, so that nothing is made of it; ask without that proxy"


def in_words(status: int) -> str:
    """A status as failures name it.

    >>> in_words(500), in_words(203)[:41]
    ('HTTP 500', 'HTTP 203: a proxy on the way changed what')
    """
    return f"HTTP {status}{_WHY if status == _CHANGED else ''}"
