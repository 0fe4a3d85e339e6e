"""What this project keeps in ``request.meta``: one frozen object, replaced whenever something of it changes.

A retried or redirected request has a copy of ``meta`` with the same object in it. As the object never changes,
what is set for one request does not change another.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from crawler.markup.links.address import is_plain

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.archive.catalog.schema import CaptureRow
    from crawler.warc.record import ResponseHead

#: The key in ``request.meta``.
REQUEST_META = "asked"


class RequestMeta(NamedTuple):
    """What a request of ours is for, and which capture answers it.

    Whoever makes the request sets the fields down to ``image``, which hold for redirects, too; middlewares set the others.
    """

    #: The page is requested again because a recheck is due, not because a listing shows it.
    due: bool = False
    #: The page is requested again because a companion of it could not be had.
    completes: bool = False
    #: An archived response is the answer, and the site is not asked.
    from_archive: bool = False
    #: The catalog row that is the answer, in place of the newest capture of the address.
    row: int | None = None
    #: The canonical URL whose capture a web archive is asked for, and the address at which it was first asked.
    memento: str = ""
    source: str = ""
    #: The request is for a post's picture, which may be on a host outside of the site.
    image: bool = False
    #: The capture that holds the response's payload.
    capture: CaptureRow | None = None
    #: The head of the network's response as it came, if the download handler tells it.
    head: ResponseHead | None = None
    #: When (as in ``WARC-Date``) the archived response was last requested.
    last_asked: str = ""


_EMPTY = RequestMeta()


def as_written(url: str) -> dict[str, Any]:
    """What a request's ``meta`` says so that Scrapy does not quote its address once more, where there is nothing to quote."""
    return {"verbatim_url": True} if is_plain(url) else {}


def request_meta(request: Request | None) -> RequestMeta:
    """The object of a request; an empty one if it has none, or if there is no request."""
    found: RequestMeta = _EMPTY if request is None else request.meta.get(REQUEST_META, _EMPTY)
    return found


def update_meta(request: Request, **changes: Any) -> None:
    """Replace fields of a request's :class:`RequestMeta`, given by their names."""
    request.meta[REQUEST_META] = request_meta(request)._replace(**changes)


def capture_of(response: Response) -> CaptureRow | None:
    """The capture that holds a response's payload; ``None`` if there is none."""
    return request_meta(response.request).capture


def requested_url(response: Response) -> str:
    """The address that was requested, which redirects may have led away from."""
    return str(response.url if response.request is None else response.meta.get("redirect_urls", [response.url])[0])
