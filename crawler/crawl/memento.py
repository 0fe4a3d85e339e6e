"""A web archive's answer -> the capture that it is of (RFC 7089), under the site's own address and time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from crawler.crawl.asked import asked
from crawler.warc.record import Headers, RawExchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request
    from scrapy.http import Response

_ADDRESS = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/(https?:/.*)$")
_PREFIX = b"x-archive-orig-"
#: Of the way from the web archive to us, not of the capture.
_OWN_WAY = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
_FOUND, _MISSING = 200, (404, 410)


def memento_url(prefix: str, timestamp: str, url: str) -> str:
    """Where a capture is replayed as it was, nothing rewritten.

    >>> memento_url("https://web.archive.org/web/", "20220301120000", "http://a/b")
    'https://web.archive.org/web/20220301120000id_/http://a/b'
    """
    return f"{prefix}{timestamp}id_/{url}"


def original(url: str) -> tuple[str, str] | None:
    """Time stamp and address of the capture that is replayed at ``url``."""
    found = _ADDRESS.search(url)
    return (found[1], found[2]) if found else None


def memento(request: Request, response: Response, canonical: Callable[[str], str]) -> RawExchange | None:
    """The capture in a web archive's answer; ``None`` if that is no capture of what was asked for (an error, a redirect)."""
    place, date = original(response.url), response.headers.get("Memento-Datetime")
    says = response.status == _FOUND or response.status in _MISSING
    if not says or place is None or date is None or canonical(place[1]) != asked(request).memento:
        return None
    try:
        time = parsedate_to_datetime(date.decode("ascii", "replace"))
    except ValueError:
        time = datetime.strptime(place[0], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return RawExchange(
        url=asked(request).memento,
        time=time,
        request=b"",
        status=response.status,
        headers=_headers(response),
        body=response.body,
    )


def _headers(response: Response) -> Headers:
    """The headers of the capture; of those that describe how the body comes to us, ours."""
    given = [(name, value) for name, values in response.headers.items() for value in values]
    kept = [
        (name[len(_PREFIX) :].title(), value)
        for name, value in given
        if name.lower().startswith(_PREFIX) and name[len(_PREFIX) :].lower() not in _OWN_WAY
    ]
    wanted = {b"content-type", b"content-encoding", b"content-length"} - {name.lower() for name, _ in kept}
    return [(name, value) for name, value in given if name.lower() in wanted] + kept
