"""A post page -> the bytes of its title, time, content and tags.

No HTML parser is used, because the layout inserts title and content unescaped, and also puts the whole content into a
``<meta>`` element of the head, where a parser would take parts of it for the post. The parts are found by the layout's own
strings instead, and the last place counts.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

#: The characters that the layout puts around the content; each is one byte.
_BLANKS = "\n "


class UnreadablePage(ValueError):
    """A page lacks a part that every post page has. ``code`` and ``at`` are those of :class:`crawler.items.Rejection`."""

    def __init__(self, code: str, reason: str, at: int | None = None) -> None:
        super().__init__(reason)
        self.code = code
        self.at = at


@dataclass(frozen=True)
class PageMarkers:
    """The fixed strings before and after each part of a post in a site's layout.

    Between ``time`` and ``time_end`` is the local time (``YYYY-MM-DD HH:MM:SS``), and the title follows. ``tags_joint`` is
    the string between two tags.
    """

    time: bytes
    time_end: bytes
    title: bytes
    title_end: bytes
    tags: bytes
    tags_end: bytes
    tags_joint: str

    @cached_property
    def start(self) -> re.Pattern[bytes]:
        """Matches the time, with its markers, and the marker of the title that follows."""
        time = rb"(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)"
        return re.compile(re.escape(self.time) + time + re.escape(self.time_end) + rb"\s*" + re.escape(self.title))


class Places(NamedTuple):
    """The place of each part of a post in its page: the first byte, and the one behind the last."""

    time: tuple[int, int]
    title: tuple[int, int]
    content: tuple[int, int]
    tags: tuple[int, int]


@dataclass(frozen=True, slots=True)
class PostPage:
    """The parts of a post page. ``local_time`` has no zone; ``content`` is the rendered HTML."""

    title: str
    local_time: datetime
    content: str
    tags: list[str]
    #: Not compared: two pages that show the same are equal.
    places: Places = field(compare=False, repr=False)


def read_page(body: bytes, markers: PageMarkers) -> PostPage:
    """Cut a post page into its parts.

    :raises UnreadablePage: with the code ``layout`` if a marker is missing, ``encoding`` if a part is not UTF-8.
    """
    last = None
    for match in markers.start.finditer(body):
        last = match
    if last is None:
        raise UnreadablePage("layout", "no line with the post's time before its title")
    title_end = body.find(markers.title_end, last.end())
    tags_start = body.rfind(markers.tags, last.end())
    if title_end < 0 or tags_start < title_end:
        raise UnreadablePage("layout", "no end of the title, or no line with the tags behind the content", last.end())
    tags_end = body.find(markers.tags_end, tags_start)
    if tags_end < 0:
        raise UnreadablePage("layout", "the line with the tags has no end", tags_start)
    try:
        local_time = datetime.fromisoformat(last[1].decode())
    except ValueError as error:
        raise UnreadablePage("layout", f"no such time: {last[1].decode()}", last.start(1)) from error
    content_start, tags_at = title_end + len(markers.title_end), tags_start + len(markers.tags)
    title = _text(body, last.end(), title_end)
    whole = _text(body, content_start, tags_start)
    tags = _text(body, tags_at, tags_end)
    begun = whole.lstrip(_BLANKS)
    content = begun.rstrip(_BLANKS)
    content_span = content_start + len(whole) - len(begun), tags_start - len(begun) + len(content)
    places = Places(last.span(1), (last.end(), title_end), content_span, (tags_at, tags_end))
    return PostPage(title, local_time, content, tags.split(markers.tags_joint) if tags else [], places)


def _text(body: bytes, start: int, end: int) -> str:
    try:
        return body[start:end].decode()
    except UnicodeDecodeError as error:
        reason = f"not UTF-8 at byte {error.start} of a part: {error.reason}"
        raise UnreadablePage("encoding", reason, start + error.start) from error
