"""Which captures count: the visits to a post's page, and the companion that belongs to each.

Pure but for the payloads, which ``read`` fetches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from crawler.archive.schema import CaptureRow
from crawler.clock import stamp
from crawler.items import Exchange

_FOUND, _NOT_MODIFIED, _SERVER_ERROR = 200, 304, 500
_LATER = (408, 429)
_GONE = (404, 410)
#: After every time that a capture can have.
END = "~"

#: Gives a row's exchange with its content coding undone, ``None`` if its payload cannot be had.
Read = Callable[[CaptureRow], Exchange | None]

#: Whether a companion holds the text of a post; ``None`` if it is no companion at all.
HasText = Callable[[Exchange], bool | None]


def is_answer(status: int) -> bool:
    """Whether a status says something of the document that was asked for, and not of its host's own trouble."""
    return 0 < status < _SERVER_ERROR and status not in _LATER


class Visit(NamedTuple):
    """A post's page was asked for at ``time``, and ``page`` is what was there."""

    time: str
    page: CaptureRow


def visits(rows: Iterable[CaptureRow]) -> list[Visit]:
    """Every time that the post was there, oldest first; ``rows`` are its page's captures in that order.

    A 304 is a visit to the page that was captured before.
    """
    found: list[Visit] = []
    latest: dict[str, CaptureRow] = {}
    for row in rows:
        if row.status == _FOUND:
            latest[row.url] = row
        if row.status in (_FOUND, _NOT_MODIFIED) and row.url in latest:
            found.append(Visit(row.time, latest[row.url]))
    return found


def is_gone(rows: Iterable[CaptureRow], gone_before: str) -> bool:
    """Whether a post is no longer on the site: the site said so, or the post was last visited before ``gone_before``.

    A post whose address changed is gone when all its addresses are. ``rows`` are its pages' captures, oldest first.
    """
    said: dict[str, bool] = {}
    last = ""
    for row in rows:
        if row.status == _FOUND or (row.status == _NOT_MODIFIED and row.url in said):
            said[row.url] = False
            last = row.time
        elif row.status in _GONE and row.url in said:
            said[row.url] = True
    return bool(said) and (all(said.values()) or last < gone_before)


def gone_before(home: CaptureRow | None, keeps: timedelta | None) -> str:
    """The time such that a post that was last visited before it has left the site; empty where none has.

    A site removes a post when it is as old as ``keeps``; one day is added, for nobody may have visited it in its last hours.

    :param home: the newest capture of the home page: that the site was there then tells that it could have been visited.
    :param keeps: ``None`` for a site that keeps its posts for ever.
    """
    if home is None or keeps is None:
        return ""
    return stamp(datetime.fromisoformat(home.time) - keeps - timedelta(days=1))


def companions(
    rows: Sequence[CaptureRow], urls: Sequence[str], read: Read, has_text: HasText, *, before: str = END
) -> Iterator[Exchange]:
    """The companions that may belong to a visit, those captured ``before`` a time, the likeliest first.

    Those that hold a text, the newest first (a text may expire where it is had from; one that was captured is not lost by
    asking again too late); if there is none, what the likeliest address said last. Empty: nobody said anything.

    :param rows: captures of ``urls``, oldest first.
    """
    said = _said(rows, set(urls), before)
    found = False
    for row in said:
        if row.status == _FOUND:
            companion = read(row)
            if companion is not None and has_text(companion):
                yield companion
                found = True
    if found:
        return
    for url in urls:
        for row in said:
            companion = read(row) if row.url == url else None
            if companion is not None and has_text(companion) is not None:
                yield companion
                return


def likeliest(
    rows: Sequence[CaptureRow], urls: Sequence[str], read: Read, has_text: HasText, *, before: str = END
) -> Exchange | None:
    """The first of :func:`companions`, ``None`` if there is none."""
    return next(companions(rows, urls, read, has_text, before=before), None)


def _said(rows: Iterable[CaptureRow], urls: set[str], before: str) -> list[CaptureRow]:
    """What hosts said of a companion, newest first and nothing twice; a 304 repeats what its host said before."""
    latest: dict[str, CaptureRow] = {}
    said: list[CaptureRow] = []
    for row in rows:
        if row.time < before and row.url in urls and is_answer(row.status):
            if row.status != _NOT_MODIFIED:
                latest[row.url] = row
            if row.url in latest:
                said.append(latest[row.url])
    return list({row.id: row for row in reversed(said)}.values())
