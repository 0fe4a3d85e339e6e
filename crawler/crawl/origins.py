"""The setting ``ORIGINS``: which origin is asked in place of a canonical one.

Everything but the download handlers (spiders, captures, robots.txt, delays) uses canonical URLs, wherever the bytes come from.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from crawler.markup.links.address import split

if TYPE_CHECKING:
    from collections.abc import Mapping


def read_origins(setting: Mapping[str, str]) -> dict[str, str]:
    """Read and check the setting: canonical origin -> origin to ask, both ``scheme://host[:port]``.

    :raises ValueError: if an entry is not an origin; the text names it.
    """
    origins = {}
    for canonical, target in setting.items():
        for origin in (canonical, target):
            parts = split(str(origin))
            if parts.scheme not in ("http", "https") or not parts.hostname or parts.path.strip("/") or parts.query:
                raise ValueError(
                    f"ORIGINS: {origin!r} is not an origin; write it like https://example.org or http://127.0.0.1:8080"
                )
        origins[canonical.rstrip("/")] = target.rstrip("/")
    return origins


def mapped(url: str, origins: Mapping[str, str]) -> str:
    """``url`` with its origin replaced by the one to ask.

    >>> mapped("https://example.org/a?b=c", {"https://example.org": "http://127.0.0.1:8080"})
    'http://127.0.0.1:8080/a?b=c'
    """
    if not origins:
        return url
    scheme, _, rest = url.partition("://")
    host, slash, path = rest.partition("/")
    target = origins.get(f"{scheme}://{host}")
    return url if target is None else target + slash + path
