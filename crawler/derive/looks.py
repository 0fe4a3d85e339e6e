"""Which captures count: the times a post's page was looked at, and the share answer that belongs to each.

Pure but for the payloads, which ``read`` fetches.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from crawler.archive.schema import CaptureRow
from crawler.items import Exchange

_FOUND, _NOT_MODIFIED, _SERVER_ERROR = 200, 304, 500
_LATER = (408, 429)
#: After every time that a capture can have.
END = "~"

#: Gives a row's exchange with its content coding undone, ``None`` if its payload cannot be had.
Read = Callable[[CaptureRow], Exchange | None]


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


def choose(
    rows: Sequence[CaptureRow], urls: Sequence[str], read: Read, has_text: Callable[[Exchange], bool], *, before: str = END
) -> Exchange | None:
    """The answer that belongs to a look whose answers were captured ``before`` a time.

    The newest that holds an article (shares expire; a text that was captured once is not lost by asking again too
    late), else what the likeliest address said last. ``None``: nobody said anything.

    :param rows: captures of ``urls``, oldest first.
    """
    said = _said(rows, set(urls), before)
    for row in said:
        if row.status == _FOUND:
            answer = read(row)
            if answer is not None and has_text(answer):
                return answer
    for url in urls:
        for row in said:
            answer = read(row) if row.url == url else None
            if answer is not None:
                return answer
    return None


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
