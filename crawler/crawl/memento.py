"""Turns a web archive's response into the capture that it replays (RFC 7089), under the site's own address and time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from crawler.crawl.request_meta import request_meta
from crawler.warc.record import Headers, RawExchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy import Request
    from scrapy.http import Response

_ADDRESS = re.compile(r"/(\d{14})(?:[a-z]{2}_)?/(https?:/.*)$")
_PREFIX = b"x-archive-orig-"
#: These describe the transfer from the web archive to us, not the capture.
_TRANSFER = frozenset({b"content-encoding", b"content-length", b"transfer-encoding"})
_FOUND, _MISSING = 200, (404, 410)


def memento_url(prefix: str, timestamp: str, url: str) -> str:
    """The address at which a web archive replays a capture without rewriting anything in it.

    >>> memento_url("https://web.archive.org/web/", "20220301120000", "http://a/b")
    'https://web.archive.org/web/20220301120000id_/http://a/b'
    """
    return f"{prefix}{timestamp}id_/{url}"


def original(url: str) -> tuple[str, str] | None:
    """The time stamp and the address of the capture that a web archive replays at ``url``."""
    found = _ADDRESS.search(url)
    return (found[1], found[2]) if found else None


def memento(request: Request, response: Response, canonical: Callable[[str], str]) -> RawExchange | None:
    """The capture in a web archive's response; ``None`` if the response is not the requested capture (an error, a redirect)."""
    address, date = original(response.url), response.headers.get("Memento-Datetime")
    is_replay = response.status == _FOUND or response.status in _MISSING
    if not is_replay or address is None or date is None or canonical(address[1]) != request_meta(request).memento:
        return None
    try:
        time = parsedate_to_datetime(date.decode("ascii", "replace"))
    except ValueError:
        time = datetime.strptime(address[0], "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    return RawExchange(
        url=request_meta(request).memento,
        time=time,
        request=b"",
        status=response.status,
        headers=_headers(response),
        body=response.body,
    )


def _headers(response: Response) -> Headers:
    """The headers of the capture. Those on the body's encoding and length are of the transfer to us, as the body is."""
    received = [(name, value) for name, values in response.headers.items() for value in values]
    kept = [
        (name[len(_PREFIX) :].title(), value)
        for name, value in received
        if name.lower().startswith(_PREFIX) and name[len(_PREFIX) :].lower() not in _TRANSFER
    ]
    wanted = {b"content-type", b"content-encoding", b"content-length"} - {name.lower() for name, _ in kept}
    return [(name, value) for name, value in received if name.lower() in wanted] + kept
