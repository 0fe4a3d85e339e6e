"""Captures -> the visits to a post's page, and the companions that belong to each.

Payloads are read with the function ``read``; nothing else is read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from crawler.archive.catalog.schema import CaptureRow
from crawler.clock import stamp
from crawler.items import Exchange

_FOUND, _NOT_MODIFIED, _SERVER_ERROR = 200, 304, 500
_LATER = (408, 429)
_REDIRECT = 3
_GONE = (404, 410)
#: Sorts after every time of a capture.
END = "~"

#: Gives a row's exchange with its content encoding undone; ``None`` if its payload cannot be read.
Read = Callable[[CaptureRow], Exchange | None]

#: Whether a companion holds the text of a post; ``None`` if it is no companion at all.
HasText = Callable[[Exchange], bool | None]


def is_answer(status: int) -> bool:
    """Whether a status tells of the requested document; a server error, a request to wait and a redirect do not."""
    return 0 < status < _SERVER_ERROR and status not in _LATER and (status == _NOT_MODIFIED or status // 100 != _REDIRECT)


class Visit(NamedTuple):
    """A request for a post's page at ``time``; ``page`` is the capture with its content.

    ``was_found``: the page was there then. If it was not, the post is still made of the page that was captured before.
    """

    time: str
    page: CaptureRow
    was_found: bool = True


def visits(rows: Iterable[CaptureRow]) -> list[Visit]:
    """The visits to a post from the first one that found it on, oldest first; ``rows`` are its pages' captures in that order.

    A 304 is a visit to the page that was captured before it. A visit that did not find the page tells when companions were
    requested once more.
    """
    found: list[Visit] = []
    latest: dict[str, CaptureRow] = {}
    for row in rows:
        if row.status == _FOUND:
            latest[row.url] = row
        if row.status in (_FOUND, _NOT_MODIFIED) and row.url in latest:
            found.append(Visit(row.time, latest[row.url]))
        elif found and row.url == found[-1].page.url and row.status // 100 != _REDIRECT:
            found.append(Visit(row.time, latest[row.url], was_found=False))
    return found


def is_gone(rows: Iterable[CaptureRow], gone_before: str) -> bool:
    """Whether a post is no longer on the site: the site said so, or the post was last visited before ``gone_before``.

    A post whose address changed is gone when all its addresses are. ``rows`` are its pages' captures, oldest first.
    """
    gone: dict[str, bool] = {}
    last = ""
    for row in rows:
        if row.status == _FOUND or (row.status == _NOT_MODIFIED and row.url in gone):
            gone[row.url] = False
            last = row.time
        elif row.status in _GONE and row.url in gone:
            gone[row.url] = True
    return bool(gone) and (all(gone.values()) or last < gone_before)


def gone_before(home: CaptureRow | None, keeps: timedelta | None) -> str:
    """The time such that posts last visited before it are no longer on the site; empty if that cannot be told.

    A site removes a post when it is as old as ``keeps``; one day is added, because a run may not visit it in its last hours.

    :param home: the newest capture of the home page, which proves that the site was up then.
    :param keeps: ``None`` for a site that keeps its posts for ever.
    """
    if home is None or keeps is None:
        return ""
    return stamp(datetime.fromisoformat(home.time) - keeps - timedelta(days=1))


def companions(
    rows: Sequence[CaptureRow], urls: Sequence[str], read: Read, has_text: HasText, *, before: str = END
) -> Iterator[Exchange]:
    """The companions captured ``before`` a time that may belong to a visit, the likeliest first.

    These are the companions with a text, the newest first, even if a later response says that the text has expired. If there
    is none, it is the newest companion at the likeliest address that has one; if no host answered, there is none at all.

    :param rows: captures of ``urls``, oldest first.
    :param urls: the addresses of companions, the likeliest first.
    """
    answers = _answers(rows, set(urls), before)
    found = False
    for row in answers:
        if row.status == _FOUND:
            companion = read(row)
            if companion is not None and has_text(companion):
                yield companion
                found = True
    if found:
        return
    for url in urls:
        for row in answers:
            companion = read(row) if row.url == url else None
            if companion is not None and has_text(companion) is not None:
                yield companion
                return


def likeliest_companion(
    rows: Sequence[CaptureRow], urls: Sequence[str], read: Read, has_text: HasText, *, before: str = END
) -> Exchange | None:
    """The first of :func:`companions`; ``None`` if there is none."""
    return next(companions(rows, urls, read, has_text, before=before), None)


def _answers(rows: Iterable[CaptureRow], urls: set[str], before: str) -> list[CaptureRow]:
    """The captures of these addresses that tell of a companion, newest first.

    A 304, and an answer that is the same as the one before it, stand for the capture that they confirm: two posts may ask for
    one companion, and neither may have other captures by the order in which they did.
    """
    latest: dict[str, CaptureRow] = {}
    found: list[CaptureRow] = []
    for row in rows:
        if row.time < before and row.url in urls and is_answer(row.status):
            if row.status != _NOT_MODIFIED and not _is_same(row, latest.get(row.url)):
                latest[row.url] = row
            if row.url in latest:
                found.append(latest[row.url])
    return list({row.id: row for row in reversed(found)}.values())


def _is_same(row: CaptureRow, before: CaptureRow | None) -> bool:
    return before is not None and (row.status, row.payload_digest) == (before.status, before.payload_digest)
