"""What a request of ours asks for and which capture answers it: one object in ``request.meta``, replaced and never changed.

A retried or redirected request has its own copy of ``meta`` with the same object in it: what is noted of one request is
noted of no other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from scrapy import Request
    from scrapy.http import Response

    from crawler.archive.schema import CaptureRow

#: The key in ``request.meta``.
ASKED = "asked"


@dataclass(frozen=True, slots=True)
class Asked:
    """The first five are said by who makes the request and hold for what it is redirected to; the others come on its way."""

    #: The page is asked for again because its time has come, not because a listing shows it.
    due: bool = False
    #: An archived response answers without asking the site.
    from_archive: bool = False
    #: The catalog row that is to answer, in place of the newest of its address.
    row: int | None = None
    #: The canonical URL whose capture a web archive is asked for.
    memento: str = ""
    #: A picture of a post, which lies on no host of the site perhaps.
    image: bool = False
    #: The capture that holds the response's payload.
    capture: CaptureRow | None = None
    #: When (as in ``WARC-Date``) the archived response was last asked for.
    last_asked: str = ""


_PLAIN = Asked()


def asked(request: Request | None) -> Asked:
    """What is noted of a request; of none, nothing."""
    found: Asked = _PLAIN if request is None else request.meta.get(ASKED, _PLAIN)
    return found


def note(request: Request, **changes: Any) -> None:
    """Note something of a request: fields of :class:`Asked` by their names."""
    request.meta[ASKED] = replace(asked(request), **changes)


def capture_of(response: Response) -> CaptureRow | None:
    """The capture that holds a response's payload, ``None`` if there is none."""
    return asked(response.request).capture
