"""Which captures count: the times a post's page was looked at, and the share answer that belongs to each.

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

#: Whether an answer holds an article; ``None`` if it is no answer at all.
HasText = Callable[[Exchange], bool | None]


def is_answer(status: int) -> bool:
    """Whether a share host's status says something of the share, and not of the host's own trouble."""
    return 0 < status < _SERVER_ERROR and status not in _LATER


class Look(NamedTuple):
    """A post's page was asked for at ``time``, and ``page`` is what was there."""

    time: str
    page: CaptureRow


def looks(rows: Iterable[CaptureRow]) -> list[Look]:
    """Every time that the post was there, oldest first; ``rows`` are its page's captures in that order.

    A 304 is a look at the page captured before.
    """
    found: list[Look] = []
    latest: dict[str, CaptureRow] = {}
    for row in rows:
        if row.status == _FOUND:
            latest[row.url] = row
        if row.status in (_FOUND, _NOT_MODIFIED) and row.url in latest:
            found.append(Look(row.time, latest[row.url]))
    return found


def is_gone(rows: Iterable[CaptureRow], gone_before: str) -> bool:
    """Whether a post is no longer on the site: its site said so, or nobody has met it since ``gone_before``.

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


def gone_before(home: CaptureRow | None, keeps: timedelta) -> str:
    """Since when a post must have been met to be live, on a site whose home page was met at ``home`` and keeps posts so long.

    A day more than that: nobody may have asked in its last hours.
    """
    return "" if home is None else stamp(datetime.fromisoformat(home.time) - keeps - timedelta(days=1))


def answers(
    rows: Sequence[CaptureRow], urls: Sequence[str], read: Read, has_text: HasText, *, before: str = END
) -> Iterator[Exchange]:
    """The answers that may belong to a look whose answers were captured ``before`` a time, the likeliest first.

    Those that hold an article, the newest first (shares expire; a text that was captured once is not lost by asking
    again too late); if there is none, what the likeliest address said last. Empty: nobody said anything.

    :param rows: captures of ``urls``, oldest first.
    """
    said = _said(rows, set(urls), before)
    found = False
    for row in said:
        if row.status == _FOUND:
            answer = read(row)
            if answer is not None and has_text(answer):
                yield answer
                found = True
    if found:
        return
    for url in urls:
        for row in said:
            answer = read(row) if row.url == url else None
            if answer is not None and has_text(answer) is not None:
                yield answer
                return


def choose(
    rows: Sequence[CaptureRow], urls: Sequence[str], read: Read, has_text: HasText, *, before: str = END
) -> Exchange | None:
    """The likeliest of :func:`answers`, ``None`` if there is none."""
    return next(answers(rows, urls, read, has_text, before=before), None)


def _said(rows: Iterable[CaptureRow], urls: set[str], before: str) -> list[CaptureRow]:
    """What share hosts said of a share, newest first and nothing twice; a 304 repeats what its host said before."""
    latest: dict[str, CaptureRow] = {}
    said: list[CaptureRow] = []
    for row in rows:
        if row.time < before and row.url in urls and is_answer(row.status):
            if row.status != _NOT_MODIFIED:
                latest[row.url] = row
            if row.url in latest:
                said.append(latest[row.url])
    return list({row.id: row for row in reversed(said)}.values())
