"""Turns a web archive's response into the capture that it replays (RFC 7089), under the site's own address and time."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING
from urllib.parse import unquote

from crawler.crawl.wayback.cdx import complete
from crawler.markup.links.address import joined, split
from crawler.warc.content_encoding import real_codings, unchunked
from crawler.warc.record import Headers, RawExchange

if TYPE_CHECKING:
    from collections.abc import Callable

    from scrapy.http import Response

    from crawler.crawl.request_meta import RequestMeta

_ADDRESS = re.compile(r"/(\d{4,20})(?:[a-z]{2}_)?/(https?:/.*)$", re.IGNORECASE | re.ASCII)
_PREFIX = b"x-archive-orig-"
#: These describe how the capture's body was sent to the archive, which may not be how it came to us.
_TRANSFER = (b"content-encoding", b"content-length", b"transfer-encoding")
_TEXTS = re.compile(rb"text/|json|xml|javascript", re.IGNORECASE)
_FOUND, _MISSING, _REDIRECTS = 200, (404, 410), (301, 302, 303, 307, 308)
_LAST_CHUNK = b"0\r\n\r\n"


#: A warning of the run report.
UNDATED = "the web archive gives captures without Memento-Datetime; the 14 digits of their addresses tell the time"


class NoMemento(ValueError):
    """A response is not the capture that was asked for; the text says why, and what can be done."""

    def __init__(self, reason: str, status: int = 0) -> None:
        super().__init__(reason)
        #: Whether the web archive says that it has no capture of the address.
        self.is_missing = status in _MISSING


def memento_url(prefix: str, timestamp: str, url: str) -> str:
    """The address at which a web archive replays a capture without rewriting anything in it.

    >>> memento_url("https://web.archive.org/web/", "20220301120000", "http://a/b")
    'https://web.archive.org/web/20220301120000id_/http://a/b'
    """
    return f"{prefix}{timestamp}id_/{url}"


def original(url: str) -> tuple[str, str] | None:
    """The time stamp and the address of the capture that a web archive replays at ``url``; ``None`` if it replays none there.

    >>> original("http://web.test/web/2022id_/http://a/b"), original("http://web.test/web/߂߀߂߂id_/http://a/b")
    (('20220101000000', 'http://a/b'), None)
    """
    found = _ADDRESS.search(url)
    return (complete(found[1]), found[2]) if found else None


def next_address(response: Response, prefix: str, same: Callable[[str], str]) -> str:
    """Where a web archive's own redirect leads, to another capture of the address mostly; empty if the response is none.

    A redirect of the site, which the archive replays with ``Memento-Datetime``, is a capture like any other.

    :param prefix: where the archive replays captures; the capture is asked for as it was, whatever form the redirect names.
    :param same: gives the same text for two forms of one address.
    """
    location = _location(response)
    place = joined(response.url, location)
    asked, target = original(response.url), original(place)
    if response.status not in _REDIRECTS or not location or asked is None or target is None:
        return ""
    is_own = "Memento-Datetime" not in response.headers or same(target[1]) == same(asked[1])
    return memento_url(prefix, *target) if is_own and split(place).netloc == split(prefix).netloc else ""


def _location(response: Response) -> str:
    return (response.headers.get("Location") or b"").decode("utf-8", "replace").strip()


def memento(meta: RequestMeta, response: Response, canonical: Callable[[str], str]) -> RawExchange:
    """The capture in a web archive's response.

    :raises NoMemento: if the response is not the requested capture (an error, a redirect, another page).
    """
    address, status = original(response.url), response.status
    if address is None or unquote(canonical(address[1])) != unquote(meta.memento):
        raise NoMemento(f"HTTP {status} from {response.url}, and no capture of it: that is another page")
    if not (status in (_FOUND, *_MISSING) or (status in _REDIRECTS and "Memento-Datetime" in response.headers)):
        location = (response.headers.get("Location") or b"").decode("utf-8", "replace")
        raise NoMemento(
            f"HTTP {status} from {response.url}{f', which leads to {location}' if location else ''}, and no capture"
        )
    if not is_replayed(response):
        why = "it has no header Memento-Datetime or X-Archive-Orig-…; see whether WAYBACK is where captures are replayed"
        if status != _FOUND:
            why = "the web archive lists it, and cannot replay it"
        raise NoMemento(f"HTTP {status} from {response.url}, and no capture: {why}", status)
    body, headers = _restored(response)
    return RawExchange(
        url=meta.memento,
        time=_time(response, address[0]),
        request=b"",
        status=status,
        headers=headers,
        body=body,
        source=meta.source,
    )


def is_replayed(response: Response) -> bool:
    """Whether the headers say that a response is a capture, not the web archive's own page."""
    names = [name.lower() for name in response.headers]
    if b"memento-datetime" in names:
        return True
    return response.status == _FOUND and any(name.startswith(_PREFIX) for name in names)


def _time(response: Response, stamp: str) -> datetime:
    """When the capture was made: by ``Memento-Datetime``, else by the 14 digits of its address.

    :raises NoMemento: if neither tells it.
    """
    date = (response.headers.get("Memento-Datetime") or b"").decode("ascii", "replace")
    try:
        time = parsedate_to_datetime(date)
        return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)
    except (ValueError, OverflowError):
        named = original((response.headers.get("Content-Location") or b"").decode("ascii", "replace"))
    try:
        return datetime.strptime(named[0] if named else stamp, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise NoMemento(
            f"neither Memento-Datetime ({date!r}) nor the address {response.url} tells when it was captured"
        ) from None


def _restored(response: Response) -> tuple[bytes, Headers]:
    """Body and headers of the capture, as the site sent them where that is known.

    The body stays as it came, but for chunks. ``Content-Encoding`` names what it really has, whoever encoded it. What the
    archive says of how the body was once sent, and is not so any more, keeps its name ``X-Archive-Orig-…``.
    """
    received = [(name, value) for name, values in response.headers.items() for value in values]
    theirs = [(name[len(_PREFIX) :], value) for name, value in received if name.lower().startswith(_PREFIX)]
    told = {name.lower() for name, _ in theirs}
    own = [(name, value) for name, value in received if name.lower() in {b"content-type", b"location"} - told]
    headers = own + [(name.title(), value) for name, value in theirs if name.lower() not in _TRANSFER]
    kind = b" ".join(value for name, value in headers if name.lower() == b"content-type")
    body, codings = _body(response, {name.lower(): value for name, value in theirs}, is_text=bool(_TEXTS.search(kind)))
    if codings:
        headers.append((b"Content-Encoding", ", ".join(codings).encode()))
    headers.append((b"Content-Length", str(len(body)).encode()))
    return body, headers + [(_PREFIX.title() + name.title(), value) for name, value in theirs if name.lower() in _TRANSFER]


def _body(response: Response, theirs: dict[bytes, bytes], *, is_text: bool) -> tuple[bytes, list[str]]:
    """The body and the content encodings that it really has, the first applied first."""
    ours = _names(b",".join(response.headers.getlist("Content-Encoding")))
    plain, outer = real_codings(response.body, ours)
    joined = unchunked(plain) if b"chunked" in theirs.get(b"transfer-encoding", b"").lower() or _is_chunked(plain) else plain
    _, inner = real_codings(joined, _names(theirs.get(b"content-encoding", b"")), is_text=is_text)
    return (response.body, inner + outer) if joined == plain else (joined, inner)


def _names(value: bytes) -> list[str]:
    return [name.strip().lower() for name in value.decode("ascii", "replace").split(",") if name.strip()]


def _is_chunked(body: bytes) -> bool:
    """Whether a body is nothing but chunks, down to the last one, which no text looks like."""
    joined = unchunked(body) if body.endswith(_LAST_CHUNK) else body
    return joined != body and not joined.endswith(_LAST_CHUNK)
